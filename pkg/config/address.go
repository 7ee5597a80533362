package config

import (
	"fmt"
	"net"
)

// CheckAddress refuses an address on which no server can listen. setting is the name of the variable.
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
