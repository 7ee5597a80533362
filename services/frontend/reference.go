package frontend

import (
	"bytes"
	"compress/gzip"
	"embed"
	"io"
	"net/http"
	"path"
	"strings"

	"crm.example/pkg/problem"
	"crm.example/pkg/web"
)

//go:embed docs
var docs embed.FS

// scalar shows an OpenAPI document. It is large, so it is kept as it is sent.
//
//go:embed third_party/scalar/standalone.js.gz
var scalar []byte

const scalarPath = "/docs/scalar-1.76.0.js"

// openReference reads what the page /docs consists of.
func openReference() (map[string]file, error) {
	files := map[string]file{scalarPath: {packed: scalar, contentType: "text/javascript; charset=utf-8"}}
	for address, name := range map[string]string{"/docs": "docs/index.html", "/docs/start.js": "docs/start.js"} {
		plain, err := docs.ReadFile(name)
		if err != nil {
			return nil, err
		}
		kind := map[string]string{".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8"}[path.Ext(name)]
		files[address] = file{plain, pack(plain), kind}
	}
	return files, nil
}

// referencePolicy is that of the page /docs, whose library makes its styles as it goes. It too calls its own origin only.
var referencePolicy = strings.Join([]string{
	"default-src 'none'", "script-src 'self'", "style-src 'self' 'unsafe-inline'", "img-src 'self' data: blob:", "font-src data:", "connect-src 'self'",
	"form-action 'none'", "base-uri 'none'", "frame-ancestors 'none'",
}, "; ")

// reference answers the page that shows the contract, and its files.
func (s *Service) reference(w http.ResponseWriter, r *http.Request) {
	f, found := s.docs[r.URL.Path]
	if !found {
		web.WriteProblem(w, r, problem.New(problem.NotFound, ""))
		return
	}
	w.Header().Set("Content-Security-Policy", referencePolicy)
	w.Header().Set("Cache-Control", "no-cache")
	if r.URL.Path == scalarPath {
		w.Header().Set("Cache-Control", "public, max-age=31536000, immutable") // another version has another name
	}
	if f.plain == nil && !strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		f.plain = unpack(f.packed)
	}
	f.send(w, r, http.StatusOK)
}

func unpack(packed []byte) []byte {
	r, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil
	}
	plain, _ := io.ReadAll(r) // TestReference reads it
	return plain
}
