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
// its validate tags. The problem it gives lists every field that is wrong: see Decode.
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

// NoBody refuses what a body says on a route that takes none: it would be lost behind a good answer. Empty ones are let
// through, also {}, which some clients send with every PATCH.
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

// unreadable is a body that ended early or came too slowly, unless it was too large.
func unreadable(err error) error {
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		return errBodyTooLarge
	}
	return &problem.Error{Code: problem.MalformedRequest, Detail: "The body did not arrive whole", Cause: err}
}

// checkMediaType takes JSON, and a merge patch where a patch is asked for, in UTF-8 without content coding.
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
