// Package contract holds answers, and requests that are meant to be valid, against the OpenAPI document
// that a deployment publishes. It knows no route by name.
package contract

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/legacy"

	"crm.example/pkg/declared"
	"crm.example/pkg/events"
)

// Events are what the run got over NATS and the live feed, held against the contract of the events.
var Events = sync.OnceValue(func() *declared.Contract {
	c, err := declared.Parse(events.AsyncAPI, "")
	if err != nil {
		panic(err)
	}
	return c
})

// Contract is an OpenAPI document that was loaded and is consistent.
type Contract struct {
	Document *openapi3.T
	router   routers.Router
	answered sync.Map // the operations, METHOD path, that gave an answer of 2xx
	members  *declared.Contract
}

// Members are what the document declares one by one, and which of them requests and answers have had.
func (c *Contract) Members() *declared.Contract { return c.members }

// Unanswered are the operations that never gave an answer of 2xx, in the order of their names.
func (c *Contract) Unanswered() (operations []string) {
	for path, item := range c.Document.Paths.Map() {
		for method := range item.Operations() {
			if name := method + " " + path; !c.hasAnswered(name) {
				operations = append(operations, name)
			}
		}
	}
	slices.Sort(operations)
	return operations
}

func (c *Contract) hasAnswered(operation string) bool {
	_, yes := c.answered.Load(operation)
	return yes
}

// Parse reads an OpenAPI 3.1 document in JSON. Its examples are checked against its schemas.
func Parse(raw []byte) (*Contract, error) {
	doc, err := openapi3.NewLoader().LoadFromData(raw)
	if err != nil {
		return nil, fmt.Errorf("load the contract: %w", err)
	}
	doc.Servers = nil // paths alone decide: the suite calls one host
	router, err := legacy.NewRouter(doc, openapi3.EnableExamplesValidation())
	if err != nil {
		return nil, fmt.Errorf("check the contract: %w", err)
	}
	members, err := declared.Parse(raw, "")
	if err != nil {
		return nil, err
	}
	return &Contract{Document: doc, router: router, members: members}, nil
}

// route finds the operation of a request; nil if the contract has none. The library takes a slash too many,
// an escape and a missing segment for the path that was meant; the gateway doesn't.
func (c *Contract) route(r *http.Request) *openapi3filter.RequestValidationInput {
	route, params, err := c.router.FindRoute(r)
	if err != nil || strings.Count(route.Path, "/") != strings.Count(r.URL.EscapedPath(), "/") || r.URL.EscapedPath() != r.URL.Path {
		return nil
	}
	return &openapi3filter.RequestValidationInput{Request: r, Route: route, PathParams: params, Options: options}
}

// options of all checks. The library does not look at the format uuid unless it is told what one is.
var options = &openapi3filter.Options{
	IncludeResponseStatus:             true,
	RejectWhenRequestBodyNotSpecified: true,
	MultiError:                        true,
	AuthenticationFunc:                authenticated,
	SchemaValidationOptions: []openapi3.SchemaValidationOption{
		openapi3.EnableFormatValidation(),
		openapi3.WithStringFormatValidator("uuid", openapi3.NewRegexpFormatValidator(openapi3.FormatOfStringForUUIDOfRFC9562)),
	},
}

var errNoToken = errors.New("the operation wants a bearer token or the session's cookie, and the request has neither")

func authenticated(_ context.Context, in *openapi3filter.AuthenticationInput) error {
	h := in.RequestValidationInput.Request.Header
	if in.SecurityScheme.Type == "http" && h.Get("Authorization") != "" || in.SecurityScheme.Type == "apiKey" && h.Get("Cookie") != "" {
		return nil
	}
	return errNoToken
}
