// Package proxies puts the gateway, nginx and Caddy before the same plain server and drives them all alike. The server
// and the client are as cheap as can be, so that what is seen is the proxy.
package proxies

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"net"
	"strings"
)

// length is about that of a list of 20 tickets.
const length = 8 << 10

var answer = fmt.Appendf(nil, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s",
	length, strings.Repeat("x", length))

// Serve answers each request, which must have no body, with the same 8 KiB until ctx ends.
func Serve(ctx context.Context, address string) error {
	ln, err := net.Listen("tcp", address)
	if err != nil {
		return err
	}
	context.AfterFunc(ctx, func() { _ = ln.Close() })
	for {
		conn, err := ln.Accept()
		if ctx.Err() != nil {
			return nil
		}
		if err != nil {
			return err
		}
		go converse(conn)
	}
}

func converse(conn net.Conn) {
	defer conn.Close()
	in := bufio.NewReaderSize(conn, 16<<10)
	for {
		line, err := in.ReadSlice('\n')
		if err != nil {
			return
		}
		if !bytes.Equal(line, []byte("\r\n")) { // a line of the head
			continue
		}
		if _, err := conn.Write(answer); err != nil {
			return
		}
	}
}
