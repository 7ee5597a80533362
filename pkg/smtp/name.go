package smtp

import (
	"errors"
	"net"
	"net/netip"
	"regexp"
	"strings"
)

var qualified = regexp.MustCompile(`^([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z0-9-]*[A-Za-z][A-Za-z0-9-]*$`)

// CheckName tells whether a mail server must accept the name: a fully qualified one, or an address literal (RFC 5321,
// section 4.1.3).
func CheckName(name string) error {
	inner, open := strings.CutPrefix(name, "[")
	inner, shut := strings.CutSuffix(inner, "]")
	six, is6 := strings.CutPrefix(inner, "IPv6:")
	ip, err := netip.ParseAddr(six)
	if qualified.MatchString(name) && len(name) <= 253 || open && shut && err == nil && ip.Is6() == is6 {
		return nil
	}
	return errors.New("must be a fully qualified name such as crm.example.com, or an address such as [192.0.2.1] or [IPv6:2001:db8::1]")
}

// ourName is our name in EHLO. Strict servers refuse a bare host name (RFC 5321, section 4.1.1.1).
func (s *Server) ourName() string {
	if s.name != "" {
		return s.name
	}
	if name, err := s.machine(); err == nil && CheckName(name) == nil {
		return name
	}
	return literal(s.ourAddress())
}

// ourAddress is our address as the server sees it, as far as this machine knows. It sends nothing to find out.
func (s *Server) ourAddress() netip.Addr {
	port := s.port
	if port == "" {
		port = "25"
	}
	conn, err := net.Dial("udp", net.JoinHostPort(s.host, port))
	if err != nil {
		return netip.AddrFrom4([4]byte{127, 0, 0, 1})
	}
	defer conn.Close()
	return conn.LocalAddr().(*net.UDPAddr).AddrPort().Addr().Unmap().WithZone("")
}

func literal(ip netip.Addr) string {
	if ip.Is6() {
		return "[IPv6:" + ip.String() + "]"
	}
	return "[" + ip.String() + "]"
}
