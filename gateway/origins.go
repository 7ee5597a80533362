package gateway

import (
	"fmt"
	"net/url"
	"regexp"
	"strings"
)

// parseOrigins writes origins as browsers send them (RFC 6454): in lower case and without the port that the scheme has anyway.
// Schemes other than http are those of apps, whose pages come from capacitor://localhost and the like.
func parseOrigins(listed []string) ([]string, error) {
	origins := make([]string, len(listed))
	for i, text := range listed {
		if text == "*" && len(listed) == 1 {
			return listed, nil
		}
		origin, fault := parseOrigin(text)
		if fault != "" {
			return nil, fmt.Errorf("GATEWAY_CORS_ORIGINS: %q %s", text, fault)
		}
		origins[i] = origin
	}
	return origins, nil
}

var (
	originScheme = regexp.MustCompile(`^[a-z][a-z0-9+.-]*$`)
	originHost   = regexp.MustCompile(`^([a-z0-9._-]+|\[[0-9a-f:.]+\])(:[0-9]{1,5})?$`)
	ownPort      = map[string]string{"http": ":80", "https": ":443"}
)

// parseOrigin gives the origin, or what is wrong with it.
func parseOrigin(text string) (origin, fault string) {
	scheme, host, _ := strings.Cut(strings.ToLower(text), "://")
	switch {
	case strings.Contains(text, "*"):
		return "", "has a wildcard, which no browser's origin would match: list each origin, or * alone for all"
	case text == "null":
		return "", "is what pages of any origin can send: give the app's pages an origin"
	case strings.ContainsFunc(text, func(r rune) bool { return r > 0x7f }):
		return "", "has to be written as browsers send it, in ASCII: xn--…"
	case !originScheme.MatchString(scheme) || !originHost.MatchString(host):
		return "", "is neither an origin such as https://portal.example, without a slash at its end, nor * alone"
	}
	if u, err := url.Parse(scheme + "://" + host); err != nil || u.Port() == "" && strings.HasSuffix(host, ":") {
		return "", "has a host or port that is none"
	}
	return scheme + "://" + strings.TrimSuffix(host, ownPort[scheme]), ""
}

var headerName = regexp.MustCompile("^[A-Za-z0-9!#$%&'*+.^_`|~-]+$") // RFC 9110, section 5.6.2

func checkHeaders(names []string) error {
	for _, name := range names {
		if !headerName.MatchString(name) || name == "*" {
			return fmt.Errorf("GATEWAY_CORS_HEADERS: %q is not the name of a header", name)
		}
	}
	return nil
}
