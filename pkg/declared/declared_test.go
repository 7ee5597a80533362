package declared_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"crm.example/pkg/declared"
)

const document = `
openapi: 3.1.0
paths:
  /things/{id}:
    parameters: [{name: id, in: path}, {name: If-Match, in: header}]
    put:
      parameters: [{$ref: "#/components/parameters/Deep"}]
      requestBody: {content: {application/json: {schema: {type: object, properties: {name: {type: string}, size: {type: integer}}}}}}
      responses:
        "200": {content: {application/json: {schema: {$ref: "#/components/schemas/Thing"}}}}
        "404": {$ref: "#/components/responses/None"}
  /things/all:
    put: {responses: {"200": {content: {application/json: {schema: {type: object, properties: {items: {type: array, items: {$ref: "#/components/schemas/Small"}}}}}}}}}
components:
  parameters: {Deep: {name: deep, in: query}}
  responses: {None: {content: {application/problem+json: {schema: {type: object, properties: {code: {type: string}, params: {type: object}}}}}}}
  schemas:
    Small: {type: object, properties: {id: {type: string}}}
    Thing: {allOf: [{$ref: "#/components/schemas/Small"}, {type: object, properties: {part: {oneOf: [{$ref: "#/components/schemas/Small"}, {type: "null"}]}}}]}
  messages:
    ThingMade:
      name: thing.made
      payload: {allOf: [{$ref: "#/components/schemas/Envelope"}, {type: object, properties: {data: {$ref: "#/components/schemas/Small"}}}]}
`

const envelope = `    Envelope: {type: object, properties: {type: {type: string}, data: {type: object}}}
`

func contract(t *testing.T) *declared.Contract {
	t.Helper()
	c, err := declared.Parse([]byte(strings.Replace(document, "  messages:\n", envelope+"  messages:\n", 1)), "")
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func request(t *testing.T, target, body string, header ...string) *http.Request {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPut, "http://localhost"+target, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	return r
}

func TestWhatIsNotDeclaredIsNamed(t *testing.T) {
	t.Parallel()
	c := contract(t)
	for name, test := range map[string]struct {
		target, body string
		status       int
		answer, want string // "" for none
	}{
		"all declared":         {"/things/1?deep=1", `{"name":"a"}`, 200, `{"id":"1","part":{"id":"2"}}`, ""},
		"a null":               {"/things/1", `{}`, 200, `{"id":"1","part":null}`, ""},
		"a response member":    {"/things/1", `{}`, 200, `{"id":"1","colour":"blue"}`, "/colour in the response PUT /things/{id} 200"},
		"deep in one":          {"/things/1", `{}`, 200, `{"part":{"x":1}}`, "/part/x in the response"},
		"in a list":            {"/things/all", ``, 200, `{"items":[{"id":"1"},{"part":null}]}`, "/items/1/part in the response PUT /things/all 200"},
		"a problem's":          {"/things/1", `{}`, 404, `{"code":"x","hint":"y"}`, "/hint in the response"},
		"any object":           {"/things/1", `{}`, 404, `{"params":{"max":1}}`, ""},
		"a request member":     {"/things/1", `{"colour":"blue"}`, 200, `{}`, "/colour in the request PUT /things/{id}"},
		"refused":              {"/things/1?x=1", `{"colour":"blue"}`, 404, `{"code":"x"}`, ""},
		"a query parameter":    {"/things/1?x=1", `{}`, 200, `{}`, "query x of PUT /things/{id}"},
		"no operation":         {"/things/1/2", `{"colour":"blue"}`, 200, `{"colour":"blue"}`, ""},
		"no parameter but all": {"/things/all?deep=1", ``, 200, `{}`, "query deep of PUT /things/all"},
	} {
		err := c.Check(request(t, test.target, test.body), test.status, []byte(test.answer))
		if (err == nil) != (test.want == "") || err != nil && !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %v, want %q", name, err, test.want)
		}
	}
	if err := c.CheckEvent([]byte(`{"type":"thing.made","data":{"id":"1","colour":"blue"}}`)); err == nil || !strings.Contains(err.Error(), "/data/colour in the event thing.made") {
		t.Errorf("an event: %v", err)
	}
}

func TestWhatWasNotMetIsNamed(t *testing.T) {
	t.Parallel()
	c := contract(t)
	want := []string{
		"event Envelope.data", "event Envelope.type", "event Small.id", "event ThingMade.data",
		"request PUT /things/{id} header If-Match", "request PUT /things/{id} query deep", "request PUT /things/{id}.name", "request PUT /things/{id}.size",
		"response PUT /things/all 200.items", "response PUT /things/{id} 404.code", "response PUT /things/{id} 404.params", "response Small.id", "response Thing.part",
	}
	wantMissed(t, c, want...)
	for status, answer := range map[int]string{200: `{"id":"1","part":null}`, 404: `{"code":"x"}`} {
		if err := c.Check(request(t, "/things/1?deep=", `{"name":"a"}`, "If-Match", "1"), status, []byte(answer)); err != nil {
			t.Error(err)
		}
	}
	if err := c.CheckEvent([]byte(`{"type":"thing.made","data":{}}`)); err != nil {
		t.Error(err)
	}
	wantMissed(t, c, "event Small.id", "request PUT /things/{id}.size", "response PUT /things/all 200.items", "response PUT /things/{id} 404.params")
}

func wantMissed(t *testing.T, c *declared.Contract, want ...string) {
	t.Helper()
	if got := c.Missed(); !slices.Equal(got, want) {
		t.Errorf("missed\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}
