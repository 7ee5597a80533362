package gateway

import (
	"errors"
	"path"
	"strings"

	"github.com/labstack/echo/v4"

	"crm.example/pkg/problem"
)

// hints adds to a 404 the route that was perhaps meant.
func (g *Gateway) hints(answer echo.HTTPErrorHandler) echo.HTTPErrorHandler {
	return func(err error, c echo.Context) {
		if errors.Is(err, echo.ErrNotFound) {
			err = g.nowhere(c.Request().URL.Path)
		}
		answer(err, c)
	}
}

func (g *Gateway) nowhere(asked string) error {
	if asked == "/" {
		return problem.New(problem.NotFound, "The API is below /v1. Its routes are at /openapi.json.")
	}
	if meant := g.meant(asked); meant != "" {
		return problem.New(problem.NotFound, "Perhaps you mean "+meant)
	}
	return problem.New(problem.NotFound, "")
}

// meant looks for a segment that is also in a service's paths, in any place, in singular or plural, in any case.
func (g *Gateway) meant(asked string) string {
	segments := strings.Split(strings.Trim(asked, "/"), "/")
	for i, segment := range segments {
		for _, u := range g.upstreams {
			for _, prefix := range u.prefixes {
				if strings.TrimSuffix(strings.ToLower(segment), "s") == path.Base(prefix) {
					return path.Join(prefix, strings.Join(segments[i+1:], "/"))
				}
			}
		}
	}
	return ""
}
