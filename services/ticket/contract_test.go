package ticket_test

import (
	"encoding/json"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/labstack/echo/v4"

	"crm.example/pkg/declared"
	"crm.example/pkg/events"
)

// operational routes are the same on every service; the gateway describes its own.
var operational = []string{"GET /healthz", "GET /readyz", "GET /openapi.json"}

// What the tests of this package send and get, held against both contracts.
var overHTTP, overNATS = parsed(os.ReadFile("openapi.yaml")), parsed(events.AsyncAPI, nil)

func parsed(raw []byte, err error) *declared.Contract {
	if err != nil {
		panic(err)
	}
	contract, err := declared.Parse(raw, "crm.ticket.")
	if err != nil {
		panic(err)
	}
	return contract
}

func TestMain(m *testing.M) {
	code, _ := declared.Run(m, overHTTP, overNATS)
	os.Exit(code)
}

func loadContract(t *testing.T) *openapi3.T {
	t.Helper()
	raw, err := os.ReadFile("openapi.yaml")
	if err != nil {
		t.Fatal(err)
	}
	contract, err := openapi3.NewLoader().LoadFromData(raw)
	if err != nil {
		t.Fatal(err)
	}
	return contract
}

func TestContractIsValid(t *testing.T) {
	t.Parallel()
	if err := loadContract(t).Validate(t.Context()); err != nil { // the examples too
		t.Error(err)
	}
}

// The feed's events are those of the event contract: every example there is one of the schema.
func TestContractHasTheEvents(t *testing.T) {
	t.Parallel()
	schema := loadContract(t).Components.Schemas["TicketEvent"].Value
	for _, verb := range events.TicketVerbs {
		example, err := os.ReadFile("../../pkg/events/testdata/crm.ticket." + verb + ".v1.json")
		if err != nil {
			t.Fatal(err)
		}
		var event any
		if err := json.Unmarshal(example, &event); err != nil {
			t.Fatal(err)
		}
		if err := schema.VisitJSON(event); err != nil {
			t.Errorf("%s: %v", verb, err)
		}
	}
	if schema.VisitJSON(map[string]any{"type": "crm.ticket.replied.v1"}) == nil {
		t.Error("anything is an event")
	}
}

func TestContractNamesEverything(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for path, item := range loadContract(t).Paths.Map() {
		for method, operation := range item.Operations() {
			if operation.OperationID == "" || seen[operation.OperationID] {
				t.Errorf("%s %s has no operationId of its own", method, path)
			}
			seen[operation.OperationID] = true
			for _, status := range []string{"400", "403", "431", "500", "503"} {
				if operation.Responses.Value(status) == nil {
					t.Errorf("%s %s does not say what %s means", method, path, status)
				}
			}
		}
	}
}

func TestContractHasTheRoutesOfTheCode(t *testing.T) {
	t.Parallel()
	var promised []string
	for path, item := range loadContract(t).Paths.Map() {
		for method := range item.Operations() {
			promised = append(promised, method+" "+path)
		}
	}
	param := regexp.MustCompile(`:(\w+)`)
	var kept []string
	for _, r := range newSite(t).service.Handler().(*echo.Echo).Routes() {
		route := r.Method + " " + param.ReplaceAllString(r.Path, "{$1}")
		refuses := r.Method == http.MethodHead || r.Method == echo.RouteNotFound || strings.Contains(r.Name, ".only")
		if !refuses && !slices.Contains(operational, route) {
			kept = append(kept, route)
		}
	}
	slices.Sort(promised)
	slices.Sort(kept)
	if !slices.Equal(promised, kept) {
		t.Errorf("openapi.yaml has %v\nthe code has     %v", promised, kept)
	}
}
