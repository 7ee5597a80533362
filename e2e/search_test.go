package e2e_test

import (
	"net/http"
	"net/url"
	"slices"
	"testing"

	"crm.example/e2e/crm"
)

// found are the ids of what somebody's search finds.
func found(t *testing.T, p *crm.Person, q string) []string {
	t.Helper()
	ids, _ := pages(t, p, url.Values{"q": {q}, "limit": {"1"}})
	return ids
}

// What was answered is found by the next request, and what is gone by none; nobody finds what is somebody else's.
func TestSearch(t *testing.T) {
	t.Parallel()
	agent, client, other := anAgent(t), stranger(t).SignUpClient("Zoë Quillfeather"), stranger(t).SignUpClient("Client Two")
	one := client.Open("Der Drücker klemmt", "Bestellung ORD-2026-00042, 打印机坏了").ID
	two := client.Open("Anything else", "The quillmaker came.").ID
	want := func(p *crm.Person, q string, ids ...string) {
		t.Helper()
		if got := found(t, p, q); !slices.Equal(got, ids) {
			t.Errorf("%q finds %v, want %v", q, got, ids)
		}
	}
	for _, p := range []*crm.Person{client, agent} {
		want(p, "DRUCKER klemmt quillfeather", one)
		want(p, "quillfeather ord-2026-00042", one)
		want(p, "quillfeather 印机坏", one)
		want(p, "zoe quillf", two, one)
		want(p, "quillfeather drucker zo", one)
		want(p, "quillfeath drucker")
	}
	want(other, "quillf")

	agent.Reply(one, "Schwergängigkeit: geölt")
	want(client, "schwergangigkeit", one)
	client.Put("/v1/ticket/"+one, crm.Fields{"subject": "Alles in Ordnung"}).Want(http.StatusOK)
	want(client, "drucker")
	want(client, "ordnung quillfeather", one)
	want(agent, "ordnung quillfeather", one)
	client.Delete("/v1/ticket/" + one).Want(http.StatusNoContent)
	want(client, "ordnung")
	want(agent, "quillfeather", two)
}
