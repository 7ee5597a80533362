package web

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"
)

// healthWithin is shorter than a container engine's limit for a health check.
const healthWithin = 3 * time.Second

// CheckHealth asks /healthz of the server that listens on the address. It is for containers, whose images have no shell. If the
// server listens on all addresses, it is asked on loopback. setting is the name of the variable with the address.
func CheckHealth(ctx context.Context, setting, listen string) error {
	host, port, err := net.SplitHostPort(listen)
	if err != nil {
		return fmt.Errorf("%s: %w", setting, err)
	}
	ctx, cancel := context.WithTimeout(ctx, healthWithin)
	defer cancel()
	address := net.JoinHostPort(reachable(host), port)
	status, err := health(ctx, "http://"+address)
	if err == nil && status == http.StatusBadRequest { // what a server says on a port for HTTPS
		status, err = health(ctx, "https://"+address)
	}
	if alert := new(net.OpError); errors.As(err, &alert) && alert.Op == "remote error" {
		return nil // it lives, and has no certificate yet
	}
	if err == nil && status != http.StatusOK {
		err = fmt.Errorf("the server on %s answers %d", listen, status)
	}
	return err
}

// health asks, by no proxy. Over HTTPS the name in the certificate is not that of this machine, and nothing secret is said.
func health(ctx context.Context, base string) (status int, err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, base+"/healthz", nil)
	if err != nil {
		return 0, err
	}
	res, err := (&http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}, DisableKeepAlives: true}).RoundTrip(req)
	if err != nil {
		return 0, err
	}
	return res.StatusCode, res.Body.Close()
}

// reachable is the host to ask. A server on [::] takes IPv4 too, unless that is switched off. One on 0.0.0.0 takes only IPv4.
func reachable(host string) string {
	switch ip := net.ParseIP(host); {
	case host == "":
		return "localhost"
	case !ip.IsUnspecified():
		return host
	case ip.To4() != nil:
		return "127.0.0.1"
	default:
		return "localhost" // ::1, and 127.0.0.1 where there is no IPv6
	}
}
