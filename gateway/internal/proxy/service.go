// Package proxy passes requests on to the services. It knows where a service is and how long it may take,
// but no routes and no contents: requests arrive here as package edge made them.
package proxy

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httputil"
	"net/url"
	"time"

	"crm.example/pkg/problem"
)

// Service is one upstream.
type Service struct {
	Name string

	proxy  *httputil.ReverseProxy
	base   url.URL
	client *http.Client
}

// Part says which headers for sessions and pages pass between a client and a service.
type Part int

const (
	Calls    Part = iota // gets the access cookie
	Sessions             // gets both cookies of the session, and sets them
	Pages                // gets no cookie; may compress, and say what a page may load
)

// New makes a Service. The transport decides which of its replicas gets a request for host.
func New(name, scheme, host string, part Part, transport http.RoundTripper, log *slog.Logger) *Service {
	base := url.URL{Scheme: scheme, Host: host}
	return &Service{
		Name: name, base: base,
		client: &http.Client{Transport: transport, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }},
		proxy: &httputil.ReverseProxy{
			Rewrite:        func(p *httputil.ProxyRequest) { rewrite(p, &base, part) },
			Transport:      transport,
			ModifyResponse: func(res *http.Response) error { return keepAnswerPlain(res, part) },
			ErrorHandler:   func(w http.ResponseWriter, r *http.Request, err error) { answerOther(log, w, r, err) },
			ErrorLog:       slog.NewLogLogger(log.Handler(), slog.LevelDebug),
			BufferPool:     &buffers,
		},
	}
}

// maxDocument is the limit of Get in bytes.
const maxDocument = 4 << 20

// Get fetches a document from the service itself. Anything but a 200 is the problem unavailable.
func (s *Service) Get(ctx context.Context, path string) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.base.JoinPath(path).String(), nil)
	if err != nil {
		return nil, fmt.Errorf("ask %s: %w", s.Name, err)
	}
	res, err := s.client.Do(req)
	if err != nil {
		return nil, problem.NewUnavailable(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(io.LimitReader(res.Body, maxDocument))
	if err != nil {
		return nil, problem.NewUnavailable(err)
	}
	if res.StatusCode != http.StatusOK {
		return nil, &problem.Error{Code: problem.Unavailable, Detail: detailOf(body), RetryAfter: time.Second, Cause: fmt.Errorf("%s%s answers %d", s.Name, path, res.StatusCode)}
	}
	return body, nil
}

// detailOf is the detail of a service's problem (RFC 9457); empty if it has none.
func detailOf(body []byte) string {
	var said struct {
		Detail string `json:"detail"`
	}
	_ = json.Unmarshal(body, &said)
	return said.Detail
}
