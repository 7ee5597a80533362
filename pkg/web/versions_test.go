package web_test

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/labstack/echo/v4"

	"crm.example/pkg/web"
)

func matching(t *testing.T) http.Handler {
	e := newEcho(t, io.Discard)
	e.PUT("/match", func(c echo.Context) error {
		versions, err := web.IfMatch(c)
		if err != nil {
			return err
		}
		web.SetVersion(c, 7)
		return c.String(http.StatusOK, fmt.Sprint(versions, versions != nil))
	})
	return e
}

func TestIfMatch(t *testing.T) {
	t.Parallel()
	e := matching(t)
	for sent, want := range map[string]string{
		`"3"`: "[3] true", `"3", "4"`: "[3 4] true", `"3","4"`: "[3 4] true", ` "3" ,, "4" ,`: "[3 4] true",
		"*": "[] false", " * ": "[] false",
		`W/"3"`: "[] true", `W/"3", "4"`: "[4] true", `"abc"`: "[] true", `""`: "[] true", `"03"`: "[] true", `"+3"`: "[] true", `"a,b", "5"`: "[5] true",
		`"99999999999999999999"`: "[] true",
		"3":                      "", `"3`: "", `3"`: "", `*, "3"`: "", `"3", *`: "", `w/"3"`: "", `"3" "4"`: "", `"a b"`: "", "": "", ",": "", `'3'`: "",
	} {
		res := ask(e, "PUT", "/match", "", "If-Match", sent)
		if want == "" && res.Code != http.StatusBadRequest || want != "" && res.Body.String() != want {
			t.Errorf("If-Match: %s answers %d %s, want %s", sent, res.Code, res.Body, want)
		}
	}
	if res := ask(e, "PUT", "/match", "", "If-Match", `"3"`, "If-Match", `"4"`); res.Body.String() != "[3 4] true" {
		t.Errorf("two lines answer %d %s", res.Code, res.Body)
	}
	if res := ask(e, "PUT", "/match", ""); res.Body.String() != "[] false" || res.Header().Get("ETag") != `"7"` {
		t.Errorf("without one: %s, %v", res.Body, res.Header())
	}
}

// FuzzIfMatch: what is taken has a tag in quotes or is *; no other header stops a change from being checked.
func FuzzIfMatch(f *testing.F) {
	f.Add(`"3", W/"4",,"a,b"`)
	f.Add(`*`)
	f.Fuzz(func(t *testing.T, sent string) {
		res := ask(matching(t), "PUT", "/match", "", "If-Match", sent)
		unchecked := strings.HasSuffix(res.Body.String(), "false")
		if res.Code != http.StatusOK && res.Code != http.StatusBadRequest || unchecked && strings.Trim(sent, " \t,") != "*" ||
			!unchecked && res.Code == http.StatusOK && strings.Count(sent, `"`) < 2 {
			t.Fatalf("If-Match: %q answers %d %s", sent, res.Code, res.Body)
		}
	})
}
