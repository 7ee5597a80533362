package authtest

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"

	"crm.example/pkg/declared"
	"crm.example/pkg/events"
)

// contract is openapi.yaml as something to check answers against.
type contract struct{ router routers.Router }

// What the tests of a package send and get, held against both contracts.
var (
	OverHTTP = parsed(read())
	OverNATS = parsed(events.AsyncAPI, nil)
)

func read() ([]byte, error) {
	_, file, _, _ := runtime.Caller(0)
	return os.ReadFile(filepath.Join(filepath.Dir(file), "..", "..", "openapi.yaml"))
}

func parsed(raw []byte, err error) *declared.Contract {
	if err != nil {
		panic(err)
	}
	contract, err := declared.Parse(raw, "crm.user.")
	if err != nil {
		panic(err)
	}
	return contract
}

// Document reads openapi.yaml and validates it, its examples included.
func Document(t testing.TB) *openapi3.T {
	t.Helper()
	raw, err := read()
	if err != nil {
		t.Fatal(err)
	}
	doc, err := openapi3.NewLoader().LoadFromData(raw)
	if err != nil {
		t.Fatal(err)
	}
	if err := doc.Validate(t.Context()); err != nil {
		t.Fatal(err)
	}
	return doc
}

func loadContract(t testing.TB) contract {
	t.Helper()
	router, err := gorillamux.NewRouter(Document(t))
	if err != nil {
		t.Fatal(err)
	}
	return contract{router: router}
}

// check compares an answer with the contract. What the contract does not know is for net/http and Echo to refuse.
func (c contract) check(t testing.TB, req *http.Request, r Response) {
	t.Helper()
	route, params, err := c.router.FindRoute(req)
	if err != nil {
		return
	}
	err = openapi3filter.ValidateResponse(req.Context(), &openapi3filter.ResponseValidationInput{
		RequestValidationInput: &openapi3filter.RequestValidationInput{Request: req, PathParams: params, Route: route},
		Status:                 r.Status, Header: r.Header, Body: io.NopCloser(bytes.NewReader(r.Body)),
		Options: &openapi3filter.Options{IncludeResponseStatus: true, MultiError: true},
	})
	if err = errors.Join(err, OverHTTP.Check(req, r.Status, r.Body)); err != nil {
		t.Errorf("%s %s: not as the contract says: %v", r.Method, r.Path, err)
	}
}
