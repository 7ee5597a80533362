package edge

import (
	"bufio"
	"bytes"
	"net"
	"sync"
	"sync/atomic"
)

// Hijack gives the connection to the handler, for an answer that lasts longer than the handler. The visit ends when the
// connection is closed.
func (a *answer) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	conn, buffered, err := a.patient.Hijack()
	if err != nil {
		return nil, nil, err
	}
	return &takenConn{Conn: conn, record: a.outlast()}, buffered, nil
}

// outlast lets a visit be recorded when its connection is closed instead of when its handler returns. Until then only
// the data for the log is kept: a request with all it refers to is about 20 KB.
func (e *Edge) outlast(v *visit) (record func(bytes int64, whole, left bool)) {
	v.lasts = true
	l, status := lineOf(v), v.answer.status
	return func(bytes int64, whole, left bool) { e.write(l, status, bytes, whole, left) }
}

// takenConn counts what is written, and notices how the answer ends.
type takenConn struct {
	net.Conn
	record func(bytes int64, whole, left bool)
	bytes  int64
	whole  bool        // the last chunk was written
	left   atomic.Bool // the client disconnected
	ended  sync.Once
}

var lastChunk = []byte("0\r\n\r\n")

func (c *takenConn) Write(chunk []byte) (int, error) {
	n, err := c.Conn.Write(chunk)
	c.bytes += int64(n)
	c.whole = err == nil && bytes.Equal(chunk, lastChunk)
	return n, err
}

func (c *takenConn) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	c.left.Store(true) // or it was closed here, and has been recorded
	return n, err
}

// Close ends the visit.
func (c *takenConn) Close() error {
	c.ended.Do(func() { c.record(c.bytes, c.whole, c.left.Load()) })
	return c.Conn.Close()
}
