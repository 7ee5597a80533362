package ticket_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
)

// What a schema refuses the server refuses, and the other way round. What no pattern can say well is not here: characters beyond
// U+FFFF that show nothing, messages of nothing but the colours of a terminal, and what is within the limits only after trimming.
func TestSchemasAcceptWhatTheServerAccepts(t *testing.T) {
	t.Parallel()
	s, schemas := newSite(t), loadContract(t).Components.Schemas
	client := s.login("client", "Client One")
	kept := s.open(client)
	lines := []any{
		"Printer", "1", "-", "李", " One ", "🙂", "\u202dOne\u202c", "One\ufe0f", strings.Repeat("é", 100), strings.Repeat("n", 101),
		"One\nTwo", "One\x00", "One\u0085Two", "One\u2028Two", nil, 1, true, []any{"One"}, map[string]any{},
	}
	for _, nothing := range strings.Split(" |\t|\u00a0|\u00ad|\u034f|\u0600|\u061c|\u115f\u1160|\u1680|\u17b4|\u180e|\u2003|\u200b|\u200e|\u202e|\u2060\ufeff|\u2065|\u206f|\u2800|\u3000|\u3164|\ue000|\ufe0f|\uffa0|\ufff9|", "|") {
		lines = append(lines, nothing)
	}
	texts := append([]any{"One\nTwo\r\n\tThree", "\u0092", "\u0085", "\u0081", "a\x00b", "\x1b[31mred\x1b[0m", strings.Repeat("n", 10_000), strings.Repeat("n", 10_001)}, lines...)
	for field, values := range map[string][]any{
		"subject": lines, "message": texts, "priority": {"low", "normal", "high", "urgent", "asap", "", "Low", nil, 1}, "colour": {"blue"},
	} {
		for _, value := range values {
			opening := map[string]any{"subject": "Printer", "message": "It is on fire", field: value}
			for _, with := range []struct {
				schema, route string
				body          map[string]any
				status        int
			}{
				{"TicketOpening", "POST /v1/ticket", opening, http.StatusCreated},
				{"TicketEdit", "PUT /v1/ticket/" + kept.ID, map[string]any{field: value}, http.StatusOK},
			} {
				body, err := json.Marshal(with.body)
				if err != nil {
					t.Fatal(err)
				}
				var sent any // as JSON has it
				if err := json.Unmarshal(body, &sent); err != nil {
					t.Fatal(err)
				}
				valid := schemas[with.schema].Value.VisitJSON(sent) == nil
				method, path, _ := strings.Cut(with.route, " ")
				if a := s.call(client, method, path, string(body)); (a.status == with.status) != valid {
					t.Errorf("%.100s: %s says %v, the server %d", body, with.schema, valid, a.status)
				}
			}
		}
	}
}
