package config

import (
	"net/netip"
	"regexp"
	"strconv"
	"strings"
)

// Kubernetes puts the addresses of services into the environment, and Docker those of linked containers. For a service "auth" it
// sets AUTH_SERVICE_HOST=10.0.0.1, for "auth-db" AUTH_DB_PORT_5432_TCP_ADDR=10.0.0.2. Nobody set them on purpose.
// https://kubernetes.io/docs/concepts/services-networking/service/#environment-variables
var links = []struct {
	name  *regexp.Regexp
	value func(string) bool
}{
	{regexp.MustCompile(`_SERVICE_HOST$`), isIP},
	{regexp.MustCompile(`_SERVICE_PORT(_[A-Z0-9_]+)?$`), isPort},
	{regexp.MustCompile(`_PORT$`), isLink},
	{regexp.MustCompile(`_PORT_\d+_(TCP|UDP|SCTP)$`), isLink},
	{regexp.MustCompile(`_PORT_\d+_(TCP|UDP|SCTP)_PROTO$`), regexp.MustCompile(`^(tcp|udp|sctp)$`).MatchString},
	{regexp.MustCompile(`_PORT_\d+_(TCP|UDP|SCTP)_PORT$`), isPort},
	{regexp.MustCompile(`_PORT_\d+_(TCP|UDP|SCTP)_ADDR$`), isIP},
	{regexp.MustCompile(`^[A-Z0-9]+_ENV_`), func(string) bool { return true }},       // Docker: what the other container has set
	{regexp.MustCompile(`_NAME$`), regexp.MustCompile(`^/[^/]+/[^/]+$`).MatchString}, // Docker: /web/auth
}

// isLinkVariable checks the form of both name and value, so that a misspelt setting is not taken for a link.
func isLinkVariable(name, value string) bool {
	for _, link := range links {
		if link.name.MatchString(name) && link.value(value) {
			return true
		}
	}
	return false
}

func isIP(text string) bool {
	_, err := netip.ParseAddr(text)
	return err == nil
}

func isPort(text string) bool {
	_, err := strconv.ParseUint(text, 10, 16)
	return err == nil
}

// isLink is as in tcp://10.0.0.1:8081.
func isLink(text string) bool {
	kind, address, found := strings.Cut(text, "://")
	_, err := netip.ParseAddrPort(address)
	return found && err == nil && (kind == "tcp" || kind == "udp" || kind == "sctp")
}
