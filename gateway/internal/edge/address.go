package edge

import (
	"net/http"
	"net/netip"
	"strings"
	"time"
)

// clientAddress is the peer or, if that is a trusted proxy, the rightmost address in X-Forwarded-For that is
// not a trusted proxy. If an entry is not an address, the search ends: nothing to its left can be trusted.
func clientAddress(r *http.Request, trusted []netip.Prefix) netip.Addr {
	client := peerOf(r)
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

func peerOf(r *http.Request) netip.Addr {
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return netip.IPv4Unspecified()
	}
	return normal(peer.Addr())
}

// doubtEvery is how often the log says that a peer that is not trusted sends X-Forwarded-For.
const doubtEvery = time.Minute

// doubt tells operators about a proxy that they may have forgotten to name: all its clients count as one and share one limit.
func (e *Edge) doubt(r *http.Request) {
	peer, now := peerOf(r), time.Now()
	if len(r.Header["X-Forwarded-For"]) == 0 || within(e.proxies, peer) {
		return
	}
	if last := e.doubted.Load(); now.UnixNano()-last >= int64(doubtEvery) && e.doubted.CompareAndSwap(last, now.UnixNano()) {
		e.log.WarnContext(r.Context(), "X-Forwarded-For is not believed: if this peer is a proxy of yours, name it in GATEWAY_TRUSTED_PROXIES", "peer", peer)
	}
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
