package memlisten

import (
	"context"
	"net"
	"sync"
	"syscall"
)

// loopback is the address of both ends, so that servers see a peer on this machine, as with TCP.
var loopback = &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)}

type listener struct {
	arrivals chan net.Conn
	closed   chan struct{}
	once     sync.Once
}

func (l *listener) connect(ctx context.Context) (net.Conn, error) {
	near, far := net.Pipe()
	select {
	case l.arrivals <- conn{far}:
		return conn{near}, nil
	case <-l.closed:
		return nil, syscall.ECONNREFUSED
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (l *listener) Accept() (net.Conn, error) {
	select {
	case c := <-l.arrivals:
		return c, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

// Close refuses new connections; existing ones stay.
func (l *listener) Close() error {
	l.once.Do(func() { close(l.closed) })
	return nil
}

func (l *listener) Addr() net.Addr { return loopback }

type conn struct{ net.Conn }

func (conn) LocalAddr() net.Addr  { return loopback }
func (conn) RemoteAddr() net.Addr { return loopback }
