// Package pages explains every problem at the address that its "type" gives (RFC 9457, section 4), from the
// one table that the code answers from: HTML for a browser, JSON for anything else.
package pages

import (
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"html/template"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"crm.example/pkg/problem"
)

//go:embed problems.html
var page string

//go:embed problems.css
var style string

var pages = template.Must(template.New("").Funcs(template.FuncMap{"code": withCode, "style": func() template.CSS { return template.CSS(style) }}).Parse(page))

// policy allows our one inline style and nothing else.
var policy = func() string {
	sum := sha256.Sum256([]byte(style))
	return "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
}()

// kind is a row of the table for programs.
type kind struct {
	Type   string       `json:"type"`
	Code   problem.Code `json:"code"`
	Status int          `json:"status"`
	Title  string       `json:"title"`
	About  string       `json:"about"`
	Remedy string       `json:"remedy"`
}

func kindOf(k problem.Kind) kind {
	return kind{Type: "/problems/" + string(k.Code), Code: k.Code, Status: k.Status, Title: k.Title, About: k.About, Remedy: k.Remedy}
}

// Routes adds GET /problems and GET /problems/{code}.
func Routes(e *echo.Echo) {
	e.GET("/problems", list)
	e.GET("/problems/:code", one)
}

func list(c echo.Context) error {
	kinds := make([]kind, len(problem.Kinds))
	for i, k := range problem.Kinds {
		kinds[i] = kindOf(k)
	}
	return respond(c, "list", map[string]any{"problems": kinds})
}

func one(c echo.Context) error {
	k, ok := problem.KindOf(problem.Code(c.Param("code")))
	if !ok {
		return problem.New(problem.NotFound, "There is no problem of this name")
	}
	return respond(c, "one", kindOf(k))
}

func respond(c echo.Context, name string, data any) error {
	h := c.Response().Header()
	h.Set(echo.HeaderCacheControl, "public, max-age=3600")
	h.Add(echo.HeaderVary, echo.HeaderAccept)
	if !wantsHTML(c.Request().Header.Values(echo.HeaderAccept)) {
		return c.JSON(http.StatusOK, data)
	}
	h.Set("Content-Security-Policy", policy)
	var b strings.Builder
	if err := pages.ExecuteTemplate(&b, name, data); err != nil {
		return err
	}
	return c.HTML(http.StatusOK, b.String())
}

// wantsHTML looks for text/html in Accept: every browser sends it, and almost no other program.
func wantsHTML(accept []string) bool {
	for media := range strings.SplitSeq(strings.Join(accept, ","), ",") {
		kind, quality, _ := strings.Cut(media, ";")
		if strings.EqualFold(strings.TrimSpace(kind), "text/html") && strings.ReplaceAll(quality, " ", "") != "q=0" {
			return true
		}
	}
	return false
}

// withCode shows what stands between backticks as code.
func withCode(text string) template.HTML {
	var b strings.Builder
	for i, part := range strings.Split(text, "`") {
		if part = template.HTMLEscapeString(part); i%2 == 1 {
			part = "<code>" + part + "</code>"
		}
		b.WriteString(part)
	}
	return template.HTML(b.String())
}
