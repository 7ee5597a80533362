// Package frontend serves the pages for browsers: one shell and its scripts and styles, made by internal/bundle and
// embedded. It has no data and no business rules; the pages use the public API of the gateway that they were loaded from.
package frontend

import (
	"bytes"
	"compress/gzip"
	"embed"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strings"

	"crm.example/pkg/problem"
	"crm.example/pkg/web"
)

//go:embed dist
var dist embed.FS

// Service is the frontend as a value.
type Service struct {
	files map[string]file
	docs  map[string]file // by path
}

// file is a file of dist, in the form in which it is sent.
type file struct {
	plain, packed []byte
	contentType   string
}

// Open reads and compresses the embedded files.
func Open() (*Service, error) {
	docs, err := openReference()
	if err != nil {
		return nil, err
	}
	s := &Service{files: map[string]file{}, docs: docs}
	return s, fs.WalkDir(dist, "dist", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		plain, err := dist.ReadFile(name)
		if err != nil {
			return err
		}
		s.files["/"+strings.TrimPrefix(name, "dist/")] = file{plain, pack(plain), mime.TypeByExtension(path.Ext(name))}
		return nil
	})
}

// pack compresses with gzip as much as possible, once for all requests.
func pack(plain []byte) []byte {
	var packed bytes.Buffer
	w, _ := gzip.NewWriterLevel(&packed, gzip.BestCompression) // the level is one that it knows
	_, _ = w.Write(plain)
	_ = w.Close()
	return packed.Bytes()
}

// Handler answers GET and HEAD of the pages and their files; anything else is a problem (RFC 9457).
func (s *Service) Handler() http.Handler { return http.HandlerFunc(s.serve) }

func (s *Service) serve(w http.ResponseWriter, r *http.Request) {
	w.Header().Set(web.RequestIDHeader, web.NewRequestID(r.Header.Get(web.RequestIDHeader)))
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		web.WriteProblem(w, r, problem.New(problem.MethodNotAllowed, ""))
		return
	}
	switch f, found := s.files[r.URL.Path]; {
	case r.URL.Path == "/healthz" || r.URL.Path == "/readyz": // it needs nothing that could be missing
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte(`{"status":"ok"}`))
	case strings.HasPrefix(r.URL.Path, "/docs"):
		s.reference(w, r)
	case found && strings.HasPrefix(r.URL.Path, "/assets/"):
		w.Header().Set("Cache-Control", "public, max-age=31536000, immutable") // the name changes with the content
		f.send(w, r, http.StatusOK)
	case isPage(r.URL.Path):
		s.shell(w, r, http.StatusOK)
	case strings.Contains(r.Header.Get("Accept"), "text/html"):
		s.shell(w, r, http.StatusNotFound)
	default:
		web.WriteProblem(w, r, problem.New(problem.NotFound, ""))
	}
}

// pages has the addresses that a person may open; a star means one segment. The router in src knows what each one shows.
var pages = []string{
	"/", "/login", "/signup", "/reset", "/profile", "/tickets/new", "/tickets/*",
	"/inbox", "/inbox/*", "/inbox/*/*", "/report", "/settings/replies",
}

func isPage(address string) bool {
	for _, page := range pages {
		if ok, _ := path.Match(page, address); ok {
			return true
		}
	}
	return false
}

// policy lets a page load and run its own files and call its own origin, and nothing else.
var policy = strings.Join([]string{
	"default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' data:", "connect-src 'self'",
	"form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'", "require-trusted-types-for 'script'",
}, "; ")

func (s *Service) shell(w http.ResponseWriter, r *http.Request, status int) {
	h := w.Header()
	h.Set("Cache-Control", "no-cache")
	h.Set("Content-Security-Policy", policy)
	h.Set("Link", `</openapi.json>; rel="service-desc"; type="application/json", </docs>; rel="service-doc"; type="text/html"`) // RFC 8631
	s.files["/index.html"].send(w, r, status)
}

func (f file) send(w http.ResponseWriter, r *http.Request, status int) {
	h, body := w.Header(), f.plain
	h.Set("Content-Type", f.contentType)
	h.Set("Vary", "Accept-Encoding")
	if strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		h.Set("Content-Encoding", "gzip")
		body = f.packed
	}
	h.Set("Content-Length", fmt.Sprint(len(body)))
	w.WriteHeader(status)
	if r.Method == http.MethodGet {
		_, _ = w.Write(body)
	}
}
