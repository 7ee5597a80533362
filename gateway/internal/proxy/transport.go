package proxy

import (
	"context"
	"net"
	"net/http"
	"sync"
	"time"
)

// Dial opens a connection to a service.
type Dial func(ctx context.Context, network, addr string) (net.Conn, error)

// dialTimeout is short: services are near, and one that takes longer is as good as down.
const dialTimeout = 2 * time.Second

// NewTransport makes the connections to the services: TCP unless dial is given. answerTimeout bounds the
// wait for an answer's headers; its body may take as long as it likes, since it may be a stream.
func NewTransport(dial Dial, answerTimeout time.Duration) *http.Transport {
	if dial == nil {
		dial = (&net.Dialer{Timeout: dialTimeout, KeepAlive: 15 * time.Second}).DialContext
	}
	return &http.Transport{
		Proxy:                  nil, // HTTP_PROXY is for the way out, not for the way in
		DialContext:            dial,
		TLSHandshakeTimeout:    dialTimeout,
		ResponseHeaderTimeout:  answerTimeout,
		MaxIdleConnsPerHost:    256,
		IdleConnTimeout:        60 * time.Second, // below the services' own 120 s, so that it is we who close
		MaxResponseHeaderBytes: 64 << 10,
		DisableCompression:     true,
	}
}

// buffers are what answers are copied through.
var buffers = bufferPool{sync.Pool{New: func() any { return new([32 << 10]byte) }}}

type bufferPool struct{ pool sync.Pool }

func (b *bufferPool) Get() []byte     { return b.pool.Get().(*[32 << 10]byte)[:] }
func (b *bufferPool) Put(used []byte) { b.pool.Put((*[32 << 10]byte)(used)) }
