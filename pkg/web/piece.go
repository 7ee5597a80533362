package web

import (
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

const (
	fullBuffer = 4 << 10  // what net/http gathers before it writes: a write of just this size has its rest to follow
	mostHeld   = 32 << 10 // bytes of an answer that wait for its rest

	closePatience = 5 * time.Second // for the end of an answer whose client does not read
)

var heldBuffers = sync.Pool{New: func() any { return new([mostHeld]byte) }}

// onePiece is a listener whose connections send an answer in one piece, where net/http makes one of every 4 KiB. Each is
// a call of the kernel and wakes the reader: of a list of 20 tickets they were a quarter of the gateway's work.
type onePiece struct{ net.Listener }

// Accept returns a connection whose answers go out in one piece.
func (l onePiece) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return &pieceConn{Conn: conn}, nil
}

type pieceConn struct {
	net.Conn
	mu    sync.Mutex  // the server may close what is being written
	held  []byte      // nil: nothing
	taken bool        // by a stream, which holds nothing back
	fresh atomic.Bool // nothing came on it yet
}

// Write holds a full buffer back, since the rest of the answer mostly follows at once; settle sends it where none does.
// Two answers wait for longer. One is of a handler that flushes a full buffer and goes on, which no stream over HTTP/1.1
// does. The other consists of full buffers only, while its request's body is still being sent.
func (c *pieceConn) Write(p []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	more := len(p) == fullBuffer && !c.taken
	if len(c.held)+len(p) > mostHeld || c.held == nil && !more {
		if err := c.send(); err != nil {
			return 0, err
		}
		return c.Conn.Write(p)
	}
	if c.held == nil {
		c.held = heldBuffers.Get().(*[mostHeld]byte)[:0]
	}
	c.held = append(c.held, p...)
	if more {
		return len(p), nil
	}
	return len(p), c.send()
}

// send is for who has the lock.
func (c *pieceConn) send() error {
	if c.held == nil {
		return nil
	}
	_, err := c.Conn.Write(c.held)
	heldBuffers.Put((*[mostHeld]byte)(c.held[:mostHeld]))
	c.held = nil
	return err
}

// settle is called when an answer is over, or its connection is a stream's from now on.
func (c *pieceConn) settle(state http.ConnState) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.taken = state == http.StateHijacked
	if c.held != nil {
		_ = c.SetWriteDeadline(time.Now().Add(piecePatience)) // the server takes its own back when it has no more to write
		_ = c.send()
	}
}

// CloseWrite is what net/http looks for, so that a client that still sends gets to read the answer.
func (c *pieceConn) CloseWrite() error {
	c.settle(http.StateClosed)
	if half, ok := c.Conn.(interface{ CloseWrite() error }); ok {
		return half.CloseWrite()
	}
	return nil
}

// Close sends what is held first, to a client that reads. A write that is under way it ends, as that of any connection.
func (c *pieceConn) Close() error {
	if c.mu.TryLock() {
		if c.held != nil {
			_ = c.SetWriteDeadline(time.Now().Add(closePatience)) // the server has taken its own back
			_ = c.send()
		}
		c.mu.Unlock()
	}
	return c.Conn.Close()
}
