package proxy

import (
	"context"
	"errors"
	"io"
	"maps"
	"mime"
	"net/http"

	"crm.example/pkg/web"
)

type streamKey struct{}

// ServeHTTP passes a request on. If the answer may be a stream, the request gets a context of its own, which the stream
// keeps.
func (s *Service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet {
		s.proxy.ServeHTTP(w, r)
		return
	}
	stream := web.NewStream(w, r)
	defer stream.Close()
	s.proxy.ServeHTTP(w, r.WithContext(context.WithValue(stream.Context(), streamKey{}, stream)))
}

// lasting is an answer that ReverseProxy must not copy: it would hold the memory of the request and 32 KiB for each.
type lasting struct {
	head http.Header
	body io.ReadCloser
}

func (*lasting) Error() string { return "the answer is a stream" }

// keepLasting keeps the body of a stream of events from ReverseProxy.
func keepLasting(res *http.Response) error {
	kind, _, _ := mime.ParseMediaType(res.Header.Get("Content-Type"))
	if kind != "text/event-stream" || res.StatusCode != http.StatusOK || res.Request.Context().Value(streamKey{}) == nil {
		return nil
	}
	l := &lasting{head: res.Header, body: res.Body}
	res.Body = http.NoBody
	return l
}

// passOn copies the stream, each piece at once, until its service or its client ends it. When this gateway ends, it ends the
// stream properly, so that the client goes to another gateway and resumes there. Clients ignore half an event at the end (HTML
// standard, section 9.2.6).
func (l *lasting) passOn(w http.ResponseWriter, stream *web.Stream) {
	maps.Copy(w.Header(), l.head)
	l.head = nil
	ctx := stream.Context()
	stream.Last(func(pieces io.Writer) error {
		defer l.body.Close()
		defer context.AfterFunc(ctx, func() { _ = l.body.Close() })()
		for piece := make([]byte, pieceSize); ; {
			n, err := l.body.Read(piece)
			if n > 0 {
				if _, err := pieces.Write(piece[:n]); err != nil {
					return err
				}
			}
			if errors.Is(err, io.EOF) || err != nil && errors.Is(context.Cause(ctx), web.ErrClosing) {
				return nil
			}
			if err != nil {
				return err
			}
		}
	})
}

// pieceSize is the memory that each listener takes all the time, in bytes; most events fit into a few pieces.
const pieceSize = 2 << 10
