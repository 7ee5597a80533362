package frontend

import (
	"fmt"
	"net"
)

// Config is everything that an operator may set, as FRONTEND_<KEY> in the environment.
type Config struct {
	Listen string `mapstructure:"listen" doc:"Address and port to listen on."`
}

// Defaults suit a gateway on the same machine.
func Defaults() Config { return Config{Listen: ":8083"} }

// Validate refuses settings that cannot work, with a sentence that names the setting.
func (c Config) Validate() error {
	if _, port, err := net.SplitHostPort(c.Listen); err != nil || port == "" {
		return fmt.Errorf("FRONTEND_LISTEN: %q is not an address with a port such as :8083", c.Listen)
	}
	return nil
}
