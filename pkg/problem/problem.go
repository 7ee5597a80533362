// Package problem is the error that callers of the API see: the problem details of RFC 9457 with a
// stable code. It knows neither HTTP handlers nor stores; pkg/web writes it out.
package problem

import (
	"errors"
	"fmt"
	"time"
)

// Error is an error whose Code, Detail and Fields are meant for the caller.
// Cause is for the log only and never leaves the process.
type Error struct {
	Code       Code
	Detail     string         // a sentence for people; empty means that the title says enough
	Fields     []Field        // all errors of the body
	Params     map[string]any // values for programs, besides the code
	RetryAfter time.Duration  // on 429 and 503: how long to wait, rounded up to whole seconds
	Cause      error
}

// Field is one error in a request's body.
type Field struct {
	Pointer string         `json:"pointer"` // JSON Pointer, RFC 6901
	Code    FieldCode      `json:"code"`
	Message string         `json:"message"`
	Params  map[string]any `json:"params,omitempty"`
}

// FieldCode says what is wrong with a field. It is stable.
type FieldCode string

// The field codes of the contract.
const (
	Required       FieldCode = "required"
	TooShort       FieldCode = "too-short"
	TooLong        FieldCode = "too-long"
	Invalid        FieldCode = "invalid"
	Unknown        FieldCode = "unknown"
	Duplicate      FieldCode = "duplicate"
	CommonPassword FieldCode = "common-password"
)

// New makes a problem whose detail is a sentence for people.
func New(code Code, detail string) *Error { return &Error{Code: code, Detail: detail} }

// NewInvalid makes an invalid-input problem of the given fields.
func NewInvalid(fields ...Field) *Error { return &Error{Code: InvalidInput, Fields: fields} }

// NewUnavailable says that something the service needs did not answer. The cause goes to the log only.
func NewUnavailable(cause error) *Error {
	return &Error{Code: Unavailable, RetryAfter: time.Second, Cause: cause}
}

// NewLimited refuses an attempt above a limit, until wait is over.
func NewLimited(detail string, wait time.Duration) *Error {
	return &Error{Code: RateLimited, Detail: detail, RetryAfter: wait}
}

// Error is the text for the log.
func (e *Error) Error() string {
	text := string(e.Code)
	if e.Detail != "" {
		text += ": " + e.Detail
	}
	for _, f := range e.Fields {
		text += fmt.Sprintf("; %s %s", f.Pointer, f.Code)
	}
	if e.Cause != nil {
		text += ": " + e.Cause.Error()
	}
	return text
}

func (e *Error) Unwrap() error { return e.Cause }

// Kind is the row of the table for e.Code; a code that is not in the table is internal.
func (e *Error) Kind() Kind {
	kind, ok := KindOf(e.Code)
	if !ok {
		kind, _ = KindOf(Internal)
	}
	return kind
}

// From finds the problem in a chain of wrapped errors; any other error is internal.
func From(err error) *Error {
	var p *Error
	if errors.As(err, &p) {
		return p
	}
	return &Error{Code: Internal, Cause: err}
}

// Is reports whether err is, or wraps, a problem of this code.
func Is(err error, code Code) bool {
	var p *Error
	return errors.As(err, &p) && p.Code == code
}
