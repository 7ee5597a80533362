package web_test

import (
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/labstack/echo/v4"

	"crm.example/pkg/problem"
	"crm.example/pkg/web"
)

// The detail names the parameter that is to be corrected; of several the same one each time.
func TestUnknownParameterIsNamed(t *testing.T) {
	t.Parallel()
	for query, want := range map[string]string{
		"limit=1&page=2&offset=3":        `no parameter "offset"`,
		"limit=1&limit=2":                "parameter limit is there more than once",
		"%0a%E2%80%AE=1":                 `no parameter "\n\u202e"`,
		strings.Repeat("a", 5000) + "=1": `no parameter "` + strings.Repeat("a", 60) + `"`,
	} {
		_, err := web.Query(echo.New().NewContext(httptest.NewRequest("GET", "/?"+query, nil), nil), "limit")
		if p := problem.From(err); p.Code != problem.UnknownParameter || !strings.Contains(p.Detail, want) {
			t.Errorf("%.40s: %v, want %s", query, err, want)
		}
	}
}
