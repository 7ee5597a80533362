package contract_test

import (
	"encoding/json"
	"strings"
	"testing"

	"crm.example/gateway/internal/contract"
)

const own = `{"openapi":"3.1.0","info":{"title":"CRM"},"security":[],"tags":[{"name":"Operation"}],"paths":{"/healthz":{"get":{}}},
	"components":{"schemas":{"Health":{"type":"object"}}}}`

const users = `{"openapi":"3.1.0","info":{"title":"Auth"},"servers":[{"url":"http://auth"}],"security":[{"bearer":[]}],"tags":[{"name":"User"},{"name":"Operation","description":"x"}],
	"paths":{"/v1/user":{"get":{"responses":{"200":{"$ref":"#/components/responses/User"}}},"post":{"security":[]}},"/healthz":{"get":{"x":"$"}}},
	"components":{"securitySchemes":{"bearer":{"type":"http"},"other":{"type":"http"}},
		"responses":{"User":{"description":"a","content":{"application/json":{"schema":{"$ref":"#/components/schemas/User"}}}}},
		"schemas":{"User":{"type":"object","properties":{"description":{"type":"string"},"boss":{"$ref":"#/components/schemas/User"}}},"Health":{"type":"string"},"Problem":{"type":"object"}}}}`

func ticketsWith(problem string) string {
	return `{"openapi":"3.1.0","paths":{"/v1/ticket/{id}":{"get":{"security":[{"bearer":[]}],"schema":{"$ref":"#/components/schemas/` + problem + `"}}}},
		"components":{"securitySchemes":{"bearer":{"type":"http","description":"another text"}},"schemas":{"User":{"type":"object","properties":{"description":{"type":"integer"}}},"Same":{"type":"object"}}}}`
}

func merge(t *testing.T, documents ...string) (map[string]any, error) {
	t.Helper()
	prefixes := [][]string{{"/v1/user"}, {"/v1/ticket"}}
	var parts []contract.Part
	for i, d := range documents {
		parts = append(parts, contract.Part{Name: "part", Document: []byte(d), Prefixes: prefixes[i]})
	}
	merged, err := contract.Merge([]byte(own), parts...)
	if err != nil {
		return nil, err
	}
	var doc map[string]any
	if err := json.Unmarshal(merged, &doc); err != nil {
		t.Fatal(err)
	}
	return doc, nil
}

// at walks down a document; nil where there is nothing.
func at(node any, keys ...string) any {
	for _, key := range keys {
		o, ok := node.(map[string]any)
		if !ok {
			return nil
		}
		node = o[key]
	}
	return node
}

func TestMerge(t *testing.T) {
	t.Parallel()
	doc, err := merge(t, users, ticketsWith("Same"))
	if err != nil {
		t.Fatal(err)
	}
	for name, ok := range map[string]bool{
		"info is the gateway's":                   at(doc, "info", "title") == "CRM" && doc["servers"] == nil,
		"both services' paths":                    at(doc, "paths", "/v1/user") != nil && at(doc, "paths", "/v1/ticket/{id}") != nil,
		"health is the gateway's":                 at(doc, "paths", "/healthz", "get", "x") == nil,
		"security goes to the operations":         at(doc, "paths", "/v1/user", "get", "security") != nil,
		"an operation's own security stays":       len(at(doc, "paths", "/v1/user", "post", "security").([]any)) == 0,
		"a scheme in use is there":                at(doc, "components", "securitySchemes", "bearer") != nil,
		"a scheme out of use is not":              at(doc, "components", "securitySchemes", "other") == nil,
		"a component of a component is there":     at(doc, "components", "schemas", "User") != nil,
		"one out of use is not":                   at(doc, "components", "schemas", "Problem") == nil,
		"one that only hidden paths use is not":   at(doc, "components", "schemas", "Health", "type") == "object",
		"each tag once":                           len(doc["tags"].([]any)) == 2,
		"the first text of a component is chosen": at(doc, "components", "securitySchemes", "bearer", "description") == nil,
	} {
		if !ok {
			t.Errorf("not so: %s", name)
		}
	}
}

func TestContradictionsAreErrors(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ users, tickets, want string }{
		"a component of another shape": {users, ticketsWith("User"), "components/schemas/User"},
		"the same component twice":     {users, strings.ReplaceAll(users, "/v1/user", "/v1/ticket"), ""},
		"another version":              {strings.Replace(users, "3.1.0", "3.0.3", 1), ticketsWith("Same"), "3.1"},
		"no JSON":                      {"openapi: 3.1.0", ticketsWith("Same"), "part"},
	} {
		_, err := merge(t, c.users, c.tickets)
		if c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%s: %v", name, err)
		}
		if c.want == "" && err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	twice := contract.Part{Name: "b", Document: []byte(own), Prefixes: []string{"/healthz"}}
	if _, err := contract.Merge([]byte(own), twice); err == nil || !strings.Contains(err.Error(), "/healthz") {
		t.Errorf("a path of two documents: %v", err)
	}
}
