package web

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"crm.example/pkg/problem"
)

// SetVersion gives the answer the ETag of a document's version (RFC 9110, section 8.8.3).
func SetVersion(c echo.Context, version int) {
	c.Response().Header().Set("ETag", `"`+strconv.Itoa(version)+`"`)
}

// entityTag is the first one of a list, with the comma after it.
var entityTag = regexp.MustCompile(`^(W/)?"([\x21\x23-\x7e\x80-\xff]*)"[ \t]*(,|$)`)

// IfMatch reads the versions that a change allows (RFC 9110, section 13.1.1): nil without the header, and for *, which every
// document matches. Weak tags, and tags that are not ours, match no version. Anything that is not a list of tags is
// malformed-request.
func IfMatch(c echo.Context) (versions []int, err error) {
	lines := c.Request().Header.Values("If-Match")
	rest := strings.Trim(strings.Join(lines, ","), " \t,")
	if len(lines) == 0 || rest == "*" {
		return nil, nil
	}
	versions = []int{}
	for first := true; first || rest != ""; first = false {
		tag := entityTag.FindStringSubmatch(rest)
		if tag == nil {
			return nil, problem.New(problem.MalformedRequest, `If-Match must be * or tags in double quotes, as ETag has them: "3"`)
		}
		if version, err := strconv.Atoi(tag[2]); err == nil && tag[1] == "" && strconv.Itoa(version) == tag[2] {
			versions = append(versions, version)
		}
		rest = strings.TrimLeft(rest[len(tag[0]):], " \t,")
	}
	return versions, nil
}
