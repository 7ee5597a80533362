package web

import (
	"errors"
	"net"
	"os"
	"sync"
	"sync/atomic"
	"time"
)

// How long a listener that is to close may find nothing, and how long it may take in all.
const (
	nothingFor = time.Millisecond
	lastCallIn = 100 * time.Millisecond
)

// lastCall is a listener that takes the connections that have been made to it before it closes. Closing one resets those
// that the process has not accepted yet; on a busy machine, where clients have just been told to connect anew, there are some.
type lastCall struct {
	net.Listener
	ending atomic.Bool
	once   sync.Once
	closed chan struct{}
}

func newLastCall(ln net.Listener) *lastCall {
	return &lastCall{Listener: ln, closed: make(chan struct{})}
}

// end returns when the listener is closed.
func (l *lastCall) end() {
	if bounded, ok := l.Listener.(interface{ SetDeadline(time.Time) error }); ok {
		l.ending.Store(true)
		_ = bounded.SetDeadline(time.Now()) // wakes Accept
		select {
		case <-l.closed:
		case <-time.After(lastCallIn):
		}
	}
	_ = l.Close()
}

// Accept finds nothing more once end was called and nobody has connected for a moment.
func (l *lastCall) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	if !l.ending.Load() || !errors.Is(err, os.ErrDeadlineExceeded) {
		return conn, err
	}
	_ = l.Listener.(interface{ SetDeadline(time.Time) error }).SetDeadline(time.Now().Add(nothingFor))
	if conn, err = l.Listener.Accept(); err == nil {
		return conn, nil
	}
	_ = l.Close()
	return nil, net.ErrClosed
}

// Close closes at once.
func (l *lastCall) Close() error {
	defer l.once.Do(func() { close(l.closed) })
	return l.Listener.Close()
}
