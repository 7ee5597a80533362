// Package memlisten is a network inside the process: servers listen on it by name, clients dial them, and
// HTTP works over it as over TCP. It knows no contents.
package memlisten

import (
	"context"
	"net"
	"sync"
	"syscall"
)

// Network has listeners by host name. The zero value is ready for use.
type Network struct {
	mu        sync.Mutex
	listeners map[string]*listener
}

// Listen takes the name until the listener is closed. One listener a name: a second replaces the first.
func (n *Network) Listen(name string) net.Listener {
	l := &listener{arrivals: make(chan net.Conn), closed: make(chan struct{})}
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.listeners == nil {
		n.listeners = map[string]*listener{}
	}
	n.listeners[name] = l
	return l
}

// DialContext connects to the listener that has the host's name, whatever the port: it suits http.Transport.
// If nobody listens there, it is "connection refused", as on any network.
func (n *Network) DialContext(ctx context.Context, network, addr string) (net.Conn, error) {
	conn, err := n.dial(ctx, addr)
	if err != nil {
		return nil, &net.OpError{Op: "dial", Net: network, Addr: loopback, Err: err}
	}
	return conn, nil
}

func (n *Network) dial(ctx context.Context, addr string) (net.Conn, error) {
	name, _, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, err
	}
	n.mu.Lock()
	l := n.listeners[name]
	n.mu.Unlock()
	if l == nil {
		return nil, syscall.ECONNREFUSED
	}
	return l.connect(ctx)
}
