package crm

import (
	"encoding/json"
	"net/http"
	"slices"
	"testing"
)

// Answer is what a request got.
type Answer struct {
	t      testing.TB
	asked  string
	Status int
	Header http.Header
	Body   []byte
}

// Want ends the test unless the status is the wanted one.
func (a Answer) Want(status int) Answer {
	a.t.Helper()
	if a.Status != status {
		a.t.Fatalf("%s: status %d, want %d\n%s", a.asked, a.Status, status, a.Body)
	}
	return a
}

// Problem is the body of an error.
type Problem struct {
	Type, Code, Title, Detail, Instance, RequestID string
	Status                                         int
	Errors                                         []Field
}

// Field is an error in a body.
type Field struct {
	Pointer, Code, Message string
	Params                 map[string]any
}

// WantProblem ends the test unless the answer is that problem.
func (a Answer) WantProblem(status int, code string) Problem {
	a.t.Helper()
	a.Want(status)
	p := Read[Problem](a)
	if p.Code != code {
		a.t.Fatalf("%s: code %s, want %s\n%s", a.asked, p.Code, code, a.Body)
	}
	return p
}

// Has tells whether the problem names the field with the code.
func (p Problem) Has(pointer, code string) bool {
	return slices.ContainsFunc(p.Errors, func(f Field) bool { return f.Pointer == pointer && f.Code == code })
}

// Read decodes the body of an answer.
func Read[T any](a Answer) (value T) {
	a.t.Helper()
	if err := json.Unmarshal(a.Body, &value); err != nil {
		a.t.Fatalf("%s: decode the answer: %v\n%s", a.asked, err, a.Body)
	}
	return value
}
