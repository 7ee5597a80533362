package web

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"time"
)

// healthWithin is less than a container engine waits for a health check.
const healthWithin = 3 * time.Second

// CheckHealth asks /healthz of the server that listens there, for containers, whose images have no shell. One that listens on
// all addresses is asked on the loopback one. setting is the name of what the address was set by.
func CheckHealth(ctx context.Context, setting, listen string) error {
	host, port, err := net.SplitHostPort(listen)
	if err != nil {
		return fmt.Errorf("%s: %w", setting, err)
	}
	ctx, cancel := context.WithTimeout(ctx, healthWithin)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+net.JoinHostPort(reachable(host), port)+"/healthz", nil)
	if err != nil {
		return fmt.Errorf("%s: %w", setting, err)
	}
	res, err := (&http.Transport{}).RoundTrip(req) // by no proxy
	if err != nil {
		return err
	}
	defer func() { _ = res.Body.Close() }() // its status was all
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("the server on %s answers %s", listen, res.Status)
	}
	return nil
}

// reachable is the host to ask. A server on [::] takes IPv4 too, unless it was told not to; one on 0.0.0.0 takes nothing else.
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
