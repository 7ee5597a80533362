package contract

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"

	"github.com/getkin/kin-openapi/openapi3filter"
)

type wrongOnPurpose struct{}

// WrongOnPurpose marks the requests made with ctx: only their answers are held against the contract.
func WrongOnPurpose(ctx context.Context) context.Context {
	return context.WithValue(ctx, wrongOnPurpose{}, true)
}

// Transport is an http.RoundTripper that checks what passes through it.
type Transport struct {
	Contract *Contract
	Next     http.RoundTripper
	// Report takes what breaks the contract. The answer is returned nevertheless.
	Report func(error)
}

// RoundTrip sends the request and reads the whole answer, which its caller can read again. Of a stream of events, which has
// no end, everything but the events is checked, and they are the caller's to read.
func (t *Transport) RoundTrip(r *http.Request) (*http.Response, error) {
	input := t.Contract.route(r)
	meant := r.Context().Value(wrongOnPurpose{}) == nil
	if meant {
		t.checkRequest(r, input)
	}
	answer, err := t.Next.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	body, err := readBody(answer)
	if err != nil {
		return nil, fmt.Errorf("read the answer: %w", err)
	}
	if input != nil && answer.StatusCode < http.StatusMultipleChoices {
		t.Contract.answered.Store(r.Method+" "+input.Route.Path, true)
	}
	if err := errors.Join(checkAnswer(r, input, answer, body), t.Contract.members.Check(r, answer.StatusCode, body)); err != nil {
		t.Report(fmt.Errorf("%s %s answered %s against the contract: %w\n%s", r.Method, r.URL.Path, answer.Status, err, clipped(body)))
	}
	return answer, nil
}

func readBody(answer *http.Response) ([]byte, error) {
	if isStream(answer) {
		return nil, nil
	}
	body, err := io.ReadAll(answer.Body)
	err = errors.Join(err, answer.Body.Close())
	answer.Body = io.NopCloser(bytes.NewReader(body))
	return body, err
}

func isStream(answer *http.Response) bool {
	return answer.Header.Get("Content-Type") == "text/event-stream"
}

func (t *Transport) checkRequest(r *http.Request, input *openapi3filter.RequestValidationInput) {
	if input == nil {
		t.Report(fmt.Errorf("%s %s is no operation of the contract", r.Method, r.URL.Path))
		return
	}
	if err := openapi3filter.ValidateRequest(r.Context(), input); err != nil {
		t.Report(fmt.Errorf("%s %s was meant to be valid: %s", r.Method, r.URL.Path, clipped([]byte(err.Error()))))
	}
}

// clipped keeps reports readable: some requests are large on purpose.
func clipped(text []byte) string {
	const limit = 1000
	if len(text) > limit {
		return string(text[:limit]) + "…"
	}
	return string(text)
}

// checkAnswer holds every answer against the promises of the whole contract, and those of operations
// against what the operation says.
func checkAnswer(r *http.Request, input *openapi3filter.RequestValidationInput, answer *http.Response, body []byte) error {
	err := checkPromises(answer, body)
	if input == nil {
		return err
	}
	input.Request = r
	options := *options
	options.ExcludeResponseBody = isStream(answer)
	return errors.Join(err, openapi3filter.ValidateResponse(r.Context(), &openapi3filter.ResponseValidationInput{
		RequestValidationInput: input, Status: answer.StatusCode, Header: answer.Header,
		Body: io.NopCloser(bytes.NewReader(body)), Options: &options,
	}))
}
