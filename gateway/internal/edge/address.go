package edge

import (
	"net/http"
	"net/netip"
	"strings"
)

// clientAddress is the peer or, if that is a trusted proxy, the rightmost address in X-Forwarded-For that
// is none. An entry that is no address ends the search: nothing to its left can be believed.
func clientAddress(r *http.Request, trusted []netip.Prefix) netip.Addr {
	client := netip.IPv4Unspecified()
	if peer, err := netip.ParseAddrPort(r.RemoteAddr); err == nil {
		client = normal(peer.Addr())
	}
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for i := len(hops) - 1; i >= 0 && within(trusted, client); i-- {
		hop, ok := parseHop(strings.TrimSpace(hops[i]))
		if !ok {
			break
		}
		client = hop
	}
	return client
}

// parseHop reads an address, with a port as some proxies send it or without.
func parseHop(text string) (netip.Addr, bool) {
	if addr, err := netip.ParseAddr(text); err == nil {
		return normal(addr), true
	}
	withPort, err := netip.ParseAddrPort(text)
	return normal(withPort.Addr()), err == nil
}

// normal writes an address in one way only: IPv4 not inside IPv6, no zone.
func normal(addr netip.Addr) netip.Addr { return addr.Unmap().WithZone("") }

func within(prefixes []netip.Prefix, addr netip.Addr) bool {
	for _, p := range prefixes {
		if p.Contains(addr) {
			return true
		}
	}
	return false
}
