package web

import (
	"errors"
	"io"
	"mime"
	"net/http"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"crm.example/pkg/problem"
)

// Bind reads the request's body, which is one JSON object, into the struct that dst points to, and checks
// its validate tags. Its problem lists every field that is wrong: see Decode.
func Bind(c echo.Context, dst any) error {
	if err := checkMediaType(c.Request()); err != nil {
		return err
	}
	raw, err := io.ReadAll(c.Request().Body)
	if err != nil {
		return unreadable(err)
	}
	return Decode(raw, dst)
}

// NoBody refuses a body on a route that takes none: its content would be lost although the answer is good. Empty bodies pass, and
// so does {}, which some clients send with every PATCH.
func NoBody(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		raw, err := io.ReadAll(c.Request().Body)
		if err != nil {
			return unreadable(err)
		}
		if len(raw) > 0 && Decode(raw, &struct{}{}) != nil {
			return errNoBody
		}
		return next(c)
	}
}

var errNoBody = problem.New(problem.MalformedRequest, "This route takes no body: send nothing, or {}")

// unreadable is the problem of a body that ended early, came too slowly, or was too large.
func unreadable(err error) error {
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		return errBodyTooLarge
	}
	return &problem.Error{Code: problem.MalformedRequest, Detail: "The body did not arrive whole", Cause: err}
}

// checkMediaType accepts JSON, and for PATCH a merge patch too, in UTF-8 without content coding.
func checkMediaType(r *http.Request) error {
	media, params, err := mime.ParseMediaType(r.Header.Get(echo.HeaderContentType))
	isJSON := media == "application/json" || (media == "application/merge-patch+json" && r.Method == http.MethodPatch)
	charset := strings.ToLower(params["charset"])
	coding := r.Header.Get(echo.HeaderContentEncoding)
	if err != nil || !isJSON || !slices.Contains([]string{"", "utf-8", "utf8"}, charset) || (coding != "" && coding != "identity") {
		return problem.New(problem.UnsupportedMediaType, "Send the body as application/json")
	}
	return nil
}
