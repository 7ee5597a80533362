package pages_test

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"crm.example/gateway/internal/pages"
	"crm.example/pkg/problem"
	"crm.example/pkg/web"
)

const browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"

func ask(t *testing.T, path, accept string) *httptest.ResponseRecorder {
	t.Helper()
	e, err := web.New(web.Options{Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	pages.Routes(e)
	r := httptest.NewRequest(http.MethodGet, path, nil)
	r.Header.Set("Accept", accept)
	w := httptest.NewRecorder()
	e.ServeHTTP(w, r)
	return w
}

func TestEveryProblemIsExplained(t *testing.T) {
	t.Parallel()
	index := ask(t, "/problems", browser).Body.String()
	for _, k := range problem.Kinds {
		path := "/problems/" + string(k.Code)
		if !strings.Contains(index, `href="`+path+`"`) {
			t.Errorf("%s is not on the index", k.Code)
		}
		page := ask(t, path, browser)
		if page.Code != 200 || !strings.HasPrefix(page.Header().Get("Content-Type"), "text/html") || strings.Contains(page.Body.String(), "`") {
			t.Errorf("%s: %d %s", k.Code, page.Code, page.Body)
		}
		data := ask(t, path, "*/*")
		var got struct {
			Type, Code, Title, About, Remedy string
			Status                           int
		}
		if err := json.Unmarshal(data.Body.Bytes(), &got); err != nil || got.Code != string(k.Code) || got.Type != path ||
			got.Status != k.Status || got.About != k.About || got.Remedy != k.Remedy || got.Title != k.Title {
			t.Errorf("%s: %s", k.Code, data.Body)
		}
	}
	if w := ask(t, "/problems/nonsense", browser); w.Code != 404 || w.Header().Get("Content-Type") != "application/problem+json" {
		t.Errorf("unknown: %d %v", w.Code, w.Header())
	}
}

func TestWhoGetsHTML(t *testing.T) {
	t.Parallel()
	for accept, html := range map[string]bool{browser: true, "": false, "*/*": false, "application/json": false, "text/html;q=0": false, "TEXT/HTML;q=0.5": true, "text/html-like": false} {
		w := ask(t, "/problems/busy", accept)
		if got := strings.HasPrefix(w.Header().Get("Content-Type"), "text/html"); got != html || w.Header().Get("Vary") != "Accept" {
			t.Errorf("Accept %q: HTML %v, Vary %q", accept, got, w.Header().Get("Vary"))
		}
	}
}

func TestPagesRunNoScript(t *testing.T) {
	t.Parallel()
	w := ask(t, "/problems", browser)
	policy := w.Header().Get("Content-Security-Policy")
	if !strings.Contains(policy, "default-src 'none'") || !strings.Contains(policy, "style-src 'sha256-") || strings.Contains(policy, "unsafe") {
		t.Errorf("policy %q", policy)
	}
	_, style, _ := strings.Cut(w.Body.String(), "<style>")
	style, _, _ = strings.Cut(style, "</style>")
	if sum := sha256.Sum256([]byte(style)); !strings.Contains(policy, base64.StdEncoding.EncodeToString(sum[:])) {
		t.Errorf("policy %q does not let the page's style in", policy)
	}
	if strings.Contains(w.Body.String(), "<script") || strings.Contains(w.Body.String(), "style=") {
		t.Error("the page has a script or a style that the policy forbids")
	}
}
