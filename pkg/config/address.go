package config

import (
	"fmt"
	"net"
)

// CheckAddress refuses what no server can listen on: setting names where it stands.
func CheckAddress(setting, address string) error {
	_, port, err := net.SplitHostPort(address)
	if err == nil {
		_, err = net.LookupPort("tcp", port)
	}
	if err != nil || port == "" {
		return fmt.Errorf("%s: %q is not an address with a port such as 127.0.0.1:8080", setting, address)
	}
	return nil
}
