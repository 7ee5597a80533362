package httpapi_test

import (
	"fmt"
	"maps"
	"net/http"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"crm.example/services/auth/internal/authtest"
)

// What a schema refuses the server refuses, and the other way round. What no schema can say is not here: common passwords, bytes
// of a password that is not ASCII, and a local part with dots that is longer than 64.
func TestSchemasAcceptWhatTheServerAccepts(t *testing.T) {
	t.Parallel()
	contract, err := openapi3.NewLoader().LoadFromFile("../../openapi.yaml")
	if err != nil {
		t.Fatal(err)
	}
	schema, s := contract.Components.Schemas["SignUp"].Value, authtest.Start(t)
	for field, values := range map[string][]string{
		"name": {"Client One", "1", "-", "李", " One ", "", " ", "\t", "\u200b", "\u2060\ufeff", "\u2800", "\u00ad", "\u17b4", "\u3164", "\ufe0f", "One\nTwo", "One\x00", "One\u0085Two", "One\u2028Two", strings.Repeat("n", 100), strings.Repeat("n", 101)},
		"email": {
			"%d@example.com", " %d@example.com  ", "Client.One+%d@EXAMPLE.com", "%d!#$&'*+-/=?^_`{|}~@a-b.c1.de", "%d@xn--bcher-kva.example", "%d@example.1a", "%d@1.2.3-4",
			"", "@", "client", "client@", "@example.com", "a@b@example.com", ".a@example.com", "a.@example.com", "a..b@example.com", "a b@example.com", "a@exam ple.com",
			"a@example", "a@example.com.", "a@127.0.0.1", "a@-a.com", "a@a-.com", "a@a.1-", "a@exam_ple.com", "a@bücher.example", "a@example.com\n", "\ta@example.com",
			"<a@example.com>", strings.Repeat("a", 65) + "@example.com", "a@" + strings.Repeat("b", 64) + ".com",
		},
		"password": {"nine lives of a grey cat", "7h!rty-5", "7h!rty5", "", "nine lives\x00of a cat", strings.Repeat("p!", 36), strings.Repeat("p!", 36) + "p", "ça, c’est un mot"},
	} {
		for i, value := range values {
			body := map[string]any{"name": "Client One", "email": fmt.Sprintf("%s-%d@example.com", field, i), "password": "nine lives of a grey cat"}
			body[field] = strings.ReplaceAll(value, "%d", fmt.Sprint(i))
			valid := schema.VisitJSON(maps.Clone(body)) == nil
			if status := s.Do(http.MethodPost, "/v1/user", body).Status; (status == http.StatusCreated) != valid {
				t.Errorf("%s %q: the schema says %v, the server %d", field, body[field], valid, status)
			}
		}
	}
}
