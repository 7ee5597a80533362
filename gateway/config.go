package gateway

import (
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"crm.example/pkg/config"
)

// Config of the gateway. The environment variable of a key is GATEWAY_ and the key in capitals.
type Config struct {
	Listen         string        `mapstructure:"listen" doc:"Address and port to listen on"`
	TLSCertFile    string        `mapstructure:"tls-cert-file" doc:"File with the certificate for HTTPS and those that lead to its authority, in PEM; what it is replaced by counts from the next connection on. Empty, and no GATEWAY_TLS_DOMAINS: plain HTTP"`
	TLSKeyFile     string        `mapstructure:"tls-key-file" doc:"File with its key"`
	TLSDomains     []string      `mapstructure:"tls-domains" doc:"Instead of files: domains that certificates are got for by ACME (RFC 8555) and renewed. Ports 443 and 80 of each must lead to GATEWAY_LISTEN and GATEWAY_HTTP_LISTEN. To name domains is to agree to the terms of the authority"`
	TLSDir         string        `mapstructure:"tls-dir" doc:"Folder in which such certificates and their keys are kept; replicas must share it"`
	TLSEmail       string        `mapstructure:"tls-email" doc:"Whom the authority may write to"`
	TLSDirectory   string        `mapstructure:"tls-directory" doc:"URL of the authority's ACME directory; empty means Let's Encrypt"`
	TLSRootsFile   string        `mapstructure:"tls-roots-file" doc:"File with the certificates that the authority's own server is trusted by, in PEM; empty means the system's"`
	HTTPListen     string        `mapstructure:"http-listen" doc:"With TLS: address and port on which plain HTTP is led to HTTPS, such as :80; empty means none"`
	AuthURL        string        `mapstructure:"auth-url" doc:"Where the auth service is: scheme and host only. A name stands for all its addresses, each of which is a replica; several hosts are separated by commas: http://10.0.0.1:8081,10.0.0.2:8081"`
	TicketURL      string        `mapstructure:"ticket-url" doc:"Where the ticket service is, likewise"`
	FrontendURL    string        `mapstructure:"frontend-url" doc:"Where the pages for browsers come from, likewise; empty means that there are none"`
	CORSOrigins    []string      `mapstructure:"cors-origins" doc:"Origins whose pages may use the API, such as https://portal.example, or capacitor://localhost of an app; * means all, empty none"`
	CORSHeaders    []string      `mapstructure:"cors-headers" doc:"Request headers that such pages may send besides those of the API and of W3C tracing; they end at the gateway"`
	HSTSSubdomains bool          `mapstructure:"hsts-subdomains" doc:"Whether Strict-Transport-Security, which only clients that came by TLS get, is for all subdomains too"`
	TrustedProxies []string      `mapstructure:"trusted-proxies" doc:"CIDRs of the proxies in front whose X-Forwarded-For and X-Forwarded-Proto are believed; empty means that every peer is a client"`
	BodyTimeout    time.Duration `mapstructure:"body-timeout" doc:"How long a client may take to send a body"`
	DialTimeout    time.Duration `mapstructure:"dial-timeout" doc:"How long a connection to a replica may take before another one is tried"`
	AnswerTimeout  time.Duration `mapstructure:"answer-timeout" doc:"How long a service may take to begin its answer, all tries together"`
}

// Defaults suit services on the same machine. A page of another origin may use the API only if the origin is listed.
func Defaults() Config {
	return Config{
		Listen:        "127.0.0.1:8080",
		AuthURL:       "http://127.0.0.1:8081",
		TicketURL:     "http://127.0.0.1:8082",
		TLSDomains:    []string{},
		CORSOrigins:   []string{},
		CORSHeaders:   []string{},
		BodyTimeout:   10 * time.Second,
		DialTimeout:   500 * time.Millisecond,
		AnswerTimeout: 15 * time.Second,
	}
}

// Validate refuses settings that cannot work, with one sentence for each.
func (c Config) Validate() error {
	_, _, errAuth := parseService("GATEWAY_AUTH_URL", c.AuthURL)
	_, _, errTicket := parseService("GATEWAY_TICKET_URL", c.TicketURL)
	var errFrontend error
	if c.FrontendURL != "" {
		_, _, errFrontend = parseService("GATEWAY_FRONTEND_URL", c.FrontendURL)
	}
	_, errOrigins := parseOrigins(c.CORSOrigins)
	_, errProxies := parseProxies(c.TrustedProxies)
	return errors.Join(config.CheckAddress("GATEWAY_LISTEN", c.Listen), c.checkTLS(), errAuth, errTicket, errFrontend, errOrigins, checkHeaders(c.CORSHeaders), errProxies,
		positive("GATEWAY_BODY_TIMEOUT", c.BodyTimeout), positive("GATEWAY_DIAL_TIMEOUT", c.DialTimeout),
		positive("GATEWAY_ANSWER_TIMEOUT", c.AnswerTimeout))
}

// parseService reads scheme://host[:port][,host[:port]…].
func parseService(key, text string) (scheme string, hosts []string, err error) {
	scheme, list, _ := strings.Cut(text, "://")
	for host := range strings.SplitSeq(list, ",") {
		if !isBase(scheme + "://" + host) {
			return "", nil, fmt.Errorf("%s: want http:// or https:// and a host only, such as http://127.0.0.1:8081", key)
		}
		hosts = append(hosts, host)
	}
	return scheme, hosts, nil
}

// isBase tells whether there is a scheme and a host, and nothing else.
func isBase(text string) bool {
	u, err := url.Parse(text)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Hostname() != "" &&
		*u == url.URL{Scheme: u.Scheme, Host: u.Host}
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
