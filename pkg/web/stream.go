package web

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"runtime/debug"
	"time"
)

// ErrClosing says that a stream ends because the server does, and not because its client left.
var ErrClosing = errors.New("the server is closing")

var errLeft = errors.New("the client has left")

// Stream is an answer that may last for ever, such as server-sent events: the timeouts of server and gateway do not apply to
// it. Its handler defers Close, and returns after Last.
type Stream struct {
	w      http.ResponseWriter
	r      *http.Request
	ctx    context.Context
	end    context.CancelCauseFunc
	server *exit
	asked  func() bool // lets go of the request's context
	lasts  bool

	patience time.Duration // how long one piece may take, where the server keeps the connection
}

// NewStream makes a stream of an answer that has not begun. Its context ends when the client leaves, and when Close is called
// before Last. After Last it also ends when the server begins to close, with ErrClosing as its cause.
func NewStream(w http.ResponseWriter, r *http.Request) *Stream {
	asked := r.Context()
	if patient, ok := asked.Value(patientKey{}).(context.Context); ok {
		asked = patient
	}
	s := &Stream{w: w, r: r, server: exitOf(asked), patience: piecePatience}
	s.ctx, s.end = context.WithCancelCause(context.WithoutCancel(asked))
	s.asked = context.AfterFunc(asked, func() { s.end(context.Cause(asked)) })
	return s
}

// Context is the stream's.
func (s *Stream) Context() context.Context { return s.ctx }

// Close ends the stream if Last was not called.
func (s *Stream) Close() {
	if !s.lasts {
		s.asked()
		s.end(nil)
	}
}

// Last sends status 200 and the headers that were set, and lets write send the rest. Each piece is sent at once, and the client
// has 30 s to take it. An error of write cuts the answer off. An answer to HEAD has only headers.
//
// It does not wait for write, which gets a goroutine and the connection to itself. A request that waits holds 50 KB, a
// goroutine with only the connection a fifth of that. So write must not use the request or its writer. If the connection cannot be
// taken over, as with HTTP/1.0, write is called before Last returns.
func (s *Stream) Last(write func(pieces io.Writer) error) {
	if s.r.ProtoMajor == 1 { // in HTTP/2 it would end every other stream of the connection too
		s.w.Header().Set("Connection", "close") // no other request may use the stream's connection
	}
	control := http.NewResponseController(s.w)
	s.w.WriteHeader(http.StatusOK)
	if s.r.Method == http.MethodHead {
		return
	}
	_ = control.Flush()     // a client that has left shows soon
	s.server.lasting.Add(1) // before the connection is taken over: from then on only this counter makes Serve wait for it
	conn, err := takeOver(control, s.r)
	forget := context.AfterFunc(s.server.closing, func() { s.end(ErrClosing) })
	if err != nil {
		s.server.lasting.Done()
		defer forget()
		_ = control.SetWriteDeadline(time.Time{}) // the server's is for an answer that ends
		_ = write(piecewise{s.w, control, s.patience})
		return
	}
	s.lasts = true
	s.asked()
	s.w, s.r = nil, nil // to free their memory
	go func() {
		defer forget()
		s.run(conn, write)
	}()
}

func takeOver(control *http.ResponseController, r *http.Request) (net.Conn, error) {
	if r.Proto != "HTTP/1.1" { // in which the body comes in chunks
		return nil, http.ErrNotSupported
	}
	conn, _, err := control.Hijack()
	return conn, err
}

func (s *Stream) run(conn net.Conn, write func(io.Writer) error) {
	defer s.server.lasting.Done()
	defer conn.Close()
	defer s.end(nil)
	defer func() {
		if v := recover(); v != nil {
			slog.Error("internal error", "error", fmt.Errorf("panic in a stream: %v\n%s", v, debug.Stack()))
		}
	}()
	go s.heed(conn)
	if write(chunks{conn}) == nil {
		_, _ = chunks{conn}.Write(nil) // the last one is empty
	}
}

// heed ends the stream when its client disconnects or, against the rules, sends more.
func (s *Stream) heed(conn net.Conn) {
	_, _ = conn.Read(make([]byte, 1))
	s.end(errLeft)
}

// piecePatience is how long the reader of a stream may take to accept one piece.
const piecePatience = 30 * time.Second

// chunks writes each piece as a chunk (RFC 9112, section 7.1).
type chunks struct{ conn net.Conn }

func (c chunks) Write(piece []byte) (int, error) {
	chunk := fmt.Appendf(make([]byte, 0, len(piece)+16), "%x\r\n", len(piece))
	chunk = append(append(chunk, piece...), "\r\n"...)
	_ = c.conn.SetWriteDeadline(time.Now().Add(piecePatience))
	if _, err := c.conn.Write(chunk); err != nil {
		return 0, err
	}
	return len(piece), nil
}

// piecewise writes through a server that keeps the connection.
type piecewise struct {
	answer   io.Writer
	control  *http.ResponseController
	patience time.Duration
}

func (p piecewise) Write(piece []byte) (int, error) {
	_ = p.control.SetWriteDeadline(time.Now().Add(p.patience))
	defer func() { _ = p.control.SetWriteDeadline(time.Time{}) }() // HTTP/2 ends the stream at that time, written to or not
	n, err := p.answer.Write(piece)
	if err != nil {
		return n, err
	}
	return n, p.control.Flush()
}
