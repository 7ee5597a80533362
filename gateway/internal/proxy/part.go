package proxy

import (
	"net/http"
	"slices"
	"strings"

	"crm.example/pkg/cookies"
)

// keepRequest removes headers that this part must not get.
func (p Part) keepRequest(h http.Header) {
	if p != Pages {
		h.Del("Accept-Encoding") // answers have no coding behind the gateway
	}
	switch p {
	case Pages:
		h.Del("Cookie")
	case Calls:
		keepAccess(h)
	}
}

// keepAccess removes all cookies that package edge has set, except the one of the access JWT.
func keepAccess(h http.Header) {
	pairs := strings.Split(h.Get("Cookie"), "; ")
	h.Del("Cookie")
	pairs = slices.DeleteFunc(pairs, func(pair string) bool {
		name, _, _ := strings.Cut(pair, "=")
		return name != cookies.Access(true) && name != cookies.Access(false)
	})
	if len(pairs) > 0 {
		h.Set("Cookie", strings.Join(pairs, "; "))
	}
}

// answers tells whether an answer of this part may have a header that other parts must not set.
func (p Part) answers(header string) bool {
	return p == Sessions && header == "Set-Cookie" || p == Pages && header == "Content-Security-Policy"
}

// keepSession lets the session's cookies through, and no others.
func keepSession(h http.Header) {
	set := h["Set-Cookie"]
	if len(set) == 0 {
		return
	}
	h["Set-Cookie"] = slices.DeleteFunc(slices.Clone(set), func(line string) bool {
		c, err := http.ParseSetCookie(line)
		return err != nil || !sessionNames[c.Name]
	})
}

var sessionNames = map[string]bool{
	cookies.Access(true): true, cookies.Access(false): true, cookies.Refresh(true): true, cookies.Refresh(false): true,
}
