package gateway

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"time"
)

// Config of the gateway. The environment variable of a key is GATEWAY_ and the key in capitals.
type Config struct {
	Listen         string        `mapstructure:"listen" doc:"Address and port to listen on"`
	AuthURL        string        `mapstructure:"auth-url" doc:"Where the auth service is: scheme and host only"`
	TicketURL      string        `mapstructure:"ticket-url" doc:"Where the ticket service is: scheme and host only"`
	CORSOrigins    []string      `mapstructure:"cors-origins" doc:"Origins whose pages may use the API, such as https://portal.example; * means all, empty none"`
	TrustedProxies []string      `mapstructure:"trusted-proxies" doc:"CIDRs of the proxies in front whose X-Forwarded-For is believed; empty means that every peer is a client"`
	BodyTimeout    time.Duration `mapstructure:"body-timeout" doc:"How long a client may take to send a body"`
	AnswerTimeout  time.Duration `mapstructure:"answer-timeout" doc:"How long a service may take to begin its answer"`
}

// Defaults suit services on the same machine. No page of another origin may use the API until it is listed.
func Defaults() Config {
	return Config{
		Listen:        "127.0.0.1:8080",
		AuthURL:       "http://127.0.0.1:8081",
		TicketURL:     "http://127.0.0.1:8082",
		CORSOrigins:   []string{},
		BodyTimeout:   10 * time.Second,
		AnswerTimeout: 15 * time.Second,
	}
}

// Validate finds everything that cannot work; each sentence names the variable.
func (c Config) Validate() error {
	_, _, errListen := net.SplitHostPort(c.Listen)
	if errListen != nil {
		errListen = fmt.Errorf("GATEWAY_LISTEN: %q is not an address with a port such as 127.0.0.1:8080", c.Listen)
	}
	_, errAuth := parseBase("GATEWAY_AUTH_URL", c.AuthURL)
	_, errTicket := parseBase("GATEWAY_TICKET_URL", c.TicketURL)
	_, errProxies := parseProxies(c.TrustedProxies)
	return errors.Join(errListen, errAuth, errTicket, checkOrigins(c.CORSOrigins), errProxies,
		positive("GATEWAY_BODY_TIMEOUT", c.BodyTimeout), positive("GATEWAY_ANSWER_TIMEOUT", c.AnswerTimeout))
}

func parseBase(key, text string) (*url.URL, error) {
	u, err := url.Parse(text)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" ||
		*u != (url.URL{Scheme: u.Scheme, Host: u.Host}) {
		return nil, fmt.Errorf("%s: want scheme and host only, such as http://127.0.0.1:8081", key)
	}
	return u, nil
}

// checkOrigins compares as browsers do: an origin has no path, not even a slash (RFC 6454).
func checkOrigins(origins []string) error {
	for _, origin := range origins {
		if origin == "*" && len(origins) == 1 {
			return nil
		}
		if _, err := parseBase("", origin); err != nil {
			return fmt.Errorf("GATEWAY_CORS_ORIGINS: %q is neither an origin such as https://portal.example nor * alone", origin)
		}
	}
	return nil
}

func parseProxies(cidrs []string) ([]netip.Prefix, error) {
	var prefixes []netip.Prefix
	for _, cidr := range cidrs {
		p, err := netip.ParsePrefix(cidr)
		if err != nil {
			return nil, fmt.Errorf("GATEWAY_TRUSTED_PROXIES: %q is not a CIDR such as 10.0.0.0/8", cidr)
		}
		prefixes = append(prefixes, p.Masked())
	}
	return prefixes, nil
}

func positive(key string, d time.Duration) error {
	if d <= 0 {
		return fmt.Errorf("%s: must be longer than 0", key)
	}
	return nil
}
