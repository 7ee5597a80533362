package ticket_test

import (
	"encoding/json"
	"maps"
	"strings"
	"testing"
)

// What a schema refuses the server refuses, and the other way round. What no pattern can say well is not here: characters beyond
// U+FFFF that show nothing, messages of nothing but the colours of a terminal, and what is within the limits only after trimming.
func TestSchemasAcceptWhatTheServerAccepts(t *testing.T) {
	t.Parallel()
	s, schemas := newSite(t), loadContract(t).Components.Schemas
	client, agent, admin := s.login("client", "Client One"), s.login("agent", "Agent One"), s.login("admin", "Admin One")
	kept, closed := s.open(client).ID, s.open(client).ID
	s.call(client, "PATCH", "/v1/ticket/close-ticket/"+closed, "").ticket(200)
	opening, saved := map[string]any{"subject": "Printer", "message": "It is on fire"}, map[string]any{"name": "Thanks", "message": "Thank you."}
	priorities, unknown := []any{"low", "normal", "high", "urgent", "asap", "", "Low", nil, 1}, []any{"blue"}
	for _, of := range []struct {
		schema, route string
		who           user
		rest          map[string]any
		members       map[string][]any
	}{
		{"TicketOpening", "POST /v1/ticket", client, opening, map[string][]any{"subject": lines(100), "message": texts(), "priority": priorities, "colour": unknown}},
		{"TicketEdit", "PUT /v1/ticket/" + kept, client, nil, map[string][]any{"subject": lines(100), "message": texts(), "priority": priorities, "colour": unknown}},
		{"SavedReplyText", "POST /v1/ticket/saved-replies", admin, saved, map[string][]any{"name": lines(100), "message": texts(), "colour": unknown}},
		{"TicketNoting", "POST /v1/ticket/" + kept + "/notes", agent, nil, map[string][]any{"message": texts(), "colour": unknown}},
		{"TicketRatingBody", "PUT /v1/ticket/" + closed + "/rating", client, map[string]any{"score": 3}, map[string][]any{
			"score": {1, 5, 0, 6, 1.5, "1", nil}, "comment": append(texts(), strings.Repeat("n", 1000), strings.Repeat("n", 1001)), "colour": unknown,
		}},
		{"TicketHandling", "PATCH /v1/ticket/" + kept + "/desk", agent, nil, map[string][]any{
			"removeTags": lists(lines(30)), "addTags": {[]any{}, []any{"a"}, nil, "a", strings.Split(strings.Repeat("a", 10), ""), strings.Split(strings.Repeat("a", 11), "")},
			"snoozedUntil": {nil, "tomorrow", 1, ""}, "colour": unknown,
		}},
	} {
		for member, values := range of.members {
			for _, value := range values {
				sent := map[string]any{member: value}
				maps.Copy(sent, without(of.rest, member))
				body, err := json.Marshal(sent)
				if err != nil {
					t.Fatal(err)
				}
				var read any
				if err := json.Unmarshal(body, &read); err != nil {
					t.Fatal(err)
				}
				valid := schemas[of.schema].Value.VisitJSON(read) == nil
				method, path, _ := strings.Cut(of.route, " ")
				if a := s.call(of.who, method, path, string(body)); (a.status < 300) != valid {
					t.Errorf("%.100s: %s says %v, the server %d", body, of.schema, valid, a.status)
				}
			}
		}
	}
}

// lines are values for a single line, at the edges of what is one.
func lines(longest int) []any {
	all := []any{
		"Printer", "1", "-", "李", " One ", "🙂", "\u202dOne\u202c", "One\ufe0f", strings.Repeat("é", longest), strings.Repeat("n", longest+1),
		"One\nTwo", "One\x00", "One\u0085Two", "One\u2028Two", nil, 1, true, []any{"One"}, map[string]any{},
	}
	const nothing = " |\t|\u00a0|\u00ad|\u034f|\u0600|\u061c|\u115f\u1160|\u1680|\u17b4|\u180e|\u2003|\u200b|\u200e|\u202e|\u2060\ufeff|\u2065|\u206f|\u2800|\u3000|\u3164|\ue000|\ufe0f|\uffa0|\ufff9|"
	for empty := range strings.SplitSeq(nothing, "|") {
		all = append(all, empty)
	}
	return all
}

// texts are values for many lines.
func texts() []any {
	all := []any{"One\nTwo\r\n\tThree", "\u0092", "\u0085", "\u0081", "a\x00b", "\x1b[31mred\x1b[0m", strings.Repeat("n", 10_000), strings.Repeat("n", 10_001)}
	return append(all, lines(100)...)
}

func lists(values []any) (all []any) {
	for _, value := range values {
		all = append(all, []any{value})
	}
	return all
}

func without(body map[string]any, member string) map[string]any {
	rest := maps.Clone(body)
	delete(rest, member)
	return rest
}
