// Package bare is what the CRM's figures are compared with: a server that does nothing, and the database without a server.
package bare

import (
	"bytes"
	"context"
	"net"
	"net/http"
	"time"
)

// page has about the length of a list of 20 tickets.
var page = bytes.Repeat([]byte("0123456789abcdef"), 512)

// Serve answers every request with the same 8 KiB until ctx ends. What the load program measures against it is
// the cost of HTTP, of the machine and of the load program itself.
func Serve(ctx context.Context, address string) error {
	ln, err := net.Listen("tcp", address)
	if err != nil {
		return err
	}
	server := &http.Server{ReadHeaderTimeout: 5 * time.Second, Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write(page)
	})}
	context.AfterFunc(ctx, func() { _ = server.Close() })
	if err := server.Serve(ln); ctx.Err() == nil {
		return err
	}
	return nil
}
