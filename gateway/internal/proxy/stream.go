package proxy

import (
	"context"
	"errors"
	"io"
	"mime"
	"net/http"

	"crm.example/pkg/web"
)

// endWithServer lets an answer that lasts come to a clean end when this gateway is about to end: the client goes to another
// one and resumes there. A half event at the end is none (HTML standard, section 9.2.6).
func endWithServer(res *http.Response) {
	if kind, _, _ := mime.ParseMediaType(res.Header.Get("Content-Type")); kind != "text/event-stream" {
		return
	}
	closing := web.Closing(res.Request.Context())
	body := &lasting{ReadCloser: res.Body, closing: closing}
	body.forget = context.AfterFunc(closing, func() { _ = body.ReadCloser.Close() })
	res.Body = body
}

// lasting is a body whose reader is told that it has ended when the server closes.
type lasting struct {
	io.ReadCloser
	closing context.Context
	forget  func() bool
}

func (b *lasting) Read(piece []byte) (int, error) {
	n, err := b.ReadCloser.Read(piece)
	if err != nil && !errors.Is(err, io.EOF) && b.closing.Err() != nil {
		err = io.EOF
	}
	return n, err
}

func (b *lasting) Close() error {
	b.forget()
	return b.ReadCloser.Close()
}
