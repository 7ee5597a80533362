package contract

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"strings"
)

// problemBody is what every error's body has (RFC 9457 with the members code and requestId).
type problemBody struct {
	Type, Code, Title, Instance, RequestID string
	Status                                 int
	Errors                                 []struct{ Pointer, Code, Message string }
}

var kebab = regexp.MustCompile(`^[a-z]+(-[a-z]+)*$`)

// checkPromises checks what holds for each answer of the gateway, whatever was asked.
func checkPromises(answer *http.Response, body []byte) error {
	err := errors.Join(checkHeaders(answer.Header), checkLength(answer, body))
	if answer.StatusCode >= http.StatusBadRequest {
		err = errors.Join(err, checkProblem(answer, body))
	}
	return err
}

func checkHeaders(h http.Header) error {
	var err error
	if h.Get("X-Request-Id") == "" {
		err = errors.New("no X-Request-Id")
	}
	for name, want := range securityHeaders {
		if got := h.Get(name); !strings.Contains(got, want) {
			err = errors.Join(err, fmt.Errorf("header %s is %q, want %q in it", name, got, want))
		}
	}
	for _, name := range []string{"Server", "X-Powered-By"} {
		if h.Get(name) != "" {
			err = errors.Join(err, fmt.Errorf("header %s tells what runs here", name))
		}
	}
	return err
}

// securityHeaders are the ones of helmet that mean something for an API.
var securityHeaders = map[string]string{
	"X-Content-Type-Options":  "nosniff",
	"Content-Security-Policy": "default-src 'none'",
	"Referrer-Policy":         "no-referrer",
}

func checkLength(answer *http.Response, body []byte) error {
	if answer.StatusCode == http.StatusNoContent && len(body) > 0 {
		return errors.New("204 with a body")
	}
	return nil
}

func checkProblem(answer *http.Response, body []byte) error {
	if got := answer.Header.Get("Content-Type"); got != "application/problem+json" {
		return fmt.Errorf("content type of an error is %q", got)
	}
	if got := answer.Header.Get("Cache-Control"); got != "no-store" {
		return fmt.Errorf("Cache-Control of an error is %q", got)
	}
	if answer.Request != nil && answer.Request.Method == http.MethodHead {
		return nil
	}
	var p problemBody
	if err := json.Unmarshal(body, &p); err != nil {
		return fmt.Errorf("not a problem: %w", err)
	}
	switch {
	case p.Status != answer.StatusCode:
		return fmt.Errorf("the problem says status %d", p.Status)
	case !kebab.MatchString(p.Code) || p.Type != "/problems/"+p.Code:
		return fmt.Errorf("code %q and type %q", p.Code, p.Type)
	case p.Title == "" || p.Instance == "":
		return errors.New("no title or no instance")
	case p.RequestID != answer.Header.Get("X-Request-Id"):
		return fmt.Errorf("requestId %q is not the header's", p.RequestID)
	}
	return checkRetry(answer)
}

// checkRetry wants Retry-After in whole seconds where waiting helps.
func checkRetry(answer *http.Response) error {
	wait := answer.Header.Get("Retry-After")
	waits := answer.StatusCode == http.StatusTooManyRequests || answer.StatusCode == http.StatusServiceUnavailable
	if waits && !wholeSeconds.MatchString(wait) {
		return fmt.Errorf("Retry-After is %q", wait)
	}
	return nil
}

var wholeSeconds = regexp.MustCompile(`^[1-9][0-9]*$`)
