package fault

import (
	"net"
	"time"
)

// link is a client's connection and the one to the server that it is passed on to.
type link struct{ client, server *net.TCPConn }

// end closes both; abruptly means that the client sees a reset.
func (l *link) end(abruptly bool) {
	if abruptly {
		_ = l.client.SetLinger(0)
	}
	_ = l.client.Close()
	if l.server != nil {
		_ = l.server.Close()
	}
}

// link passes a connection on until one of its ends closes.
func (p *Proxy) link(client *net.TCPConn) {
	l := &link{client: client}
	if !p.enter(l) {
		return
	}
	defer p.leave(l)
	server, err := net.DialTimeout("tcp", p.to, time.Second)
	if err != nil {
		return
	}
	p.mu.Lock()
	l.server = server.(*net.TCPConn)
	p.mu.Unlock()
	ended := make(chan struct{}, 2)
	go func() { p.pass(l.server, client, false, func() { p.forget(l) }); ended <- struct{}{} }()
	go func() { p.pass(client, l.server, true, func() {}); ended <- struct{}{} }()
	<-ended
}

// enter counts the link, unless the fault says that there is none.
func (p *Proxy) enter(l *link) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.kind == Down || p.kind == Reset {
		l.end(p.kind == Reset)
		return false
	}
	p.conns[l] = struct{}{}
	p.most = max(p.most, len(p.conns))
	return true
}

// forget does not count the link any more: its client has closed it, even if the server cannot know yet.
func (p *Proxy) forget(l *link) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.conns, l)
}

func (p *Proxy) leave(l *link) {
	p.forget(l)
	p.mu.Lock()
	defer p.mu.Unlock()
	l.end(false)
}

// piece is what was read at once, and when.
type piece struct {
	bytes []byte
	at    time.Time
}

// pass copies until an end closes. What was read before a fault that holds things back is held back too. over is called
// when there is nothing more to read.
func (p *Proxy) pass(to, from net.Conn, answers bool, over func()) {
	pieces := make(chan piece, 64)
	go func() {
		defer close(pieces)
		defer over()
		for {
			buffer := make([]byte, 32<<10)
			n, err := from.Read(buffer)
			if n > 0 {
				pieces <- piece{buffer[:n], time.Now()}
			}
			if err != nil {
				return
			}
		}
	}()
	broken := false
	for next := range pieces { // to the end, so that the reader ends too
		if broken {
			continue
		}
		p.await(answers)
		if answers {
			p.delay(next.at)
		}
		_, err := to.Write(next.bytes)
		broken = err != nil
	}
	p.await(answers) // of the end nobody hears either
}

// await returns when nothing holds answers back, or what is asked.
func (p *Proxy) await(answers bool) {
	for {
		now, changed := p.state()
		if now != Hole && !(now == Mute && answers) {
			return
		}
		<-changed
	}
}

// delay waits until what came then is due.
func (p *Proxy) delay(at time.Time) {
	for {
		kind, changed := p.state()
		if kind != Slow {
			return
		}
		select {
		case <-changed:
		case <-time.After(time.Until(at.Add(lateness))):
			return
		}
	}
}
