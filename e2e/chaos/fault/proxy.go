// Package fault is a TCP proxy that fails on demand, as networks and servers do. It stands between a service and an engine
// and knows neither's protocol. It is one of our own, and not toxiproxy, because it counts connections and keeps its port
// while it refuses them.
package fault

import (
	"errors"
	"net"
	"sync"
	"time"
)

// Kind is what is wrong.
type Kind string

const (
	None  Kind = ""
	Down  Kind = "down"       // connections end and new ones are refused, as by a host whose process has ended
	Hole  Kind = "black hole" // connections stay, new ones are taken, and nothing comes through until the fault is over
	Mute  Kind = "mute"       // likewise, but what is sent arrives: only the answers do not
	Slow  Kind = "2 s slow"   // whatever the engine says comes 2 s later
	Reset Kind = "reset"      // connections are reset, new ones as soon as they are made
)

// Kinds are all faults.
var Kinds = []Kind{Down, Hole, Mute, Slow, Reset}

// lateness is how much later things come while it is slow.
const lateness = 2 * time.Second

// Proxy passes connections on to one server.
type Proxy struct {
	to   string
	addr string

	mu      sync.Mutex
	kind    Kind
	changed chan struct{} // closed when kind changes
	ln      net.Listener
	conns   map[*link]struct{}
	most    int
}

// New listens on a free port of the server's host. Nothing needs to listen at the server's own address yet.
func New(to string) (*Proxy, error) {
	host, _, err := net.SplitHostPort(to)
	if err != nil {
		return nil, err
	}
	ln, err := net.Listen("tcp", net.JoinHostPort(host, "0"))
	if err != nil {
		return nil, err
	}
	p := &Proxy{to: to, addr: ln.Addr().String(), changed: make(chan struct{}), ln: ln, conns: map[*link]struct{}{}}
	go p.serve(ln)
	return p, nil
}

// Addr is where the proxy listens; it stays the same.
func (p *Proxy) Addr() string { return p.addr }

// Set begins a fault, or ends it with None.
func (p *Proxy) Set(kind Kind) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.kind = kind
	close(p.changed)
	p.changed = make(chan struct{})
	if kind == Down || kind == Reset {
		for l := range p.conns {
			l.end(kind == Reset)
		}
	}
	return p.listen(kind != Down)
}

func (p *Proxy) listen(wanted bool) (err error) {
	switch {
	case !wanted && p.ln != nil:
		err, p.ln = p.ln.Close(), nil
	case wanted && p.ln == nil:
		if p.ln, err = net.Listen("tcp", p.addr); err == nil {
			go p.serve(p.ln)
		}
	}
	return err
}

// Open is how many connections clients have open now, and Most how many they had at once since the last call of Most.
func (p *Proxy) Open() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.conns)
}

// Most begins to count anew.
func (p *Proxy) Most() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	most := p.most
	p.most = len(p.conns)
	return most
}

// Close ends the proxy and its connections.
func (p *Proxy) Close() error { return p.Set(Down) }

func (p *Proxy) serve(ln net.Listener) {
	for {
		client, err := ln.Accept()
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err == nil {
			go p.link(client.(*net.TCPConn))
		}
	}
}

// state is the present fault, and a channel that is closed when it changes.
func (p *Proxy) state() (Kind, <-chan struct{}) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.kind, p.changed
}
