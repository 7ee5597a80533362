package web

import (
	"fmt"
	"maps"
	"net/url"
	"regexp"
	"slices"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"crm.example/pkg/problem"
)

// Query reads the query parameters of a route. An unknown, repeated or unreadable one is the problem
// unknown-parameter.
func Query(c echo.Context, allowed ...string) (map[string]string, error) {
	values, err := url.ParseQuery(c.Request().URL.RawQuery)
	if err != nil {
		return nil, problem.New(problem.UnknownParameter, "The query cannot be read")
	}
	params := make(map[string]string, len(values))
	for _, name := range slices.Sorted(maps.Keys(values)) {
		all := values[name]
		switch {
		case !slices.Contains(allowed, name):
			return nil, problem.New(problem.UnknownParameter, fmt.Sprintf("The route has no parameter %.60q", name))
		case len(all) > 1:
			return nil, problem.New(problem.UnknownParameter, "The parameter "+name+" is there more than once")
		}
		params[name] = all[0]
	}
	return params, nil
}

// NoQuery refuses every query parameter, for a route that has none: a client would think that an ignored one
// has an effect.
func NoQuery(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if _, err := Query(c); err != nil {
			return err
		}
		return next(c)
	}
}

// PathID reads a UUID from the path, in its canonical form. Anything else is not-found.
func PathID(c echo.Context, name string) (string, error) {
	id, ok := canonicalID(c.Param(name))
	if !ok {
		return "", problem.New(problem.NotFound, "")
	}
	return id, nil
}

func canonicalID(text string) (string, bool) {
	id, err := uuid.Parse(text)
	return id.String(), err == nil && len(text) == len(id.String())
}

var idempotencyKey = regexp.MustCompile(`^(?:([A-Za-z0-9_-]{1,64})|"([A-Za-z0-9_-]{1,64})")$`)

// IdempotencyKey reads the header of that name; "" means that there is none. In quotes, as the IETF's draft has it
// (draft-ietf-httpapi-idempotency-key-header-07), it is the same key.
func IdempotencyKey(c echo.Context) (string, error) {
	keys := c.Request().Header.Values("Idempotency-Key")
	if len(keys) == 0 {
		return "", nil
	}
	if parts := idempotencyKey.FindStringSubmatch(keys[0]); len(keys) == 1 && parts != nil {
		return parts[1] + parts[2], nil
	}
	return "", problem.New(problem.MalformedRequest, "Idempotency-Key must be there once, with 1 to 64 of A-Z a-z 0-9 _ -, in double quotes or without")
}
