package storetest

import (
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"crm.example/services/ticket/internal/ticket"
)

// vocabulary has words that begin alike, in several scripts, one that is longer than any beginning that is kept, and numbers.
var vocabulary = strings.Fields("print printer printers printing-house internal international a an at Straße strasse Müller ORD-2026-00042 1042 10425 打印机 印 프린터가 สวัสดี नमस्ते кошка кот x.y@example.com v1.26.8")

// histories is a store, beside what must be in it.
type histories struct {
	t       *testing.T
	s       Store
	random  *rand.Rand
	clients []ticket.Actor
	agents  []ticket.Actor
	at      time.Time
	live    []ticket.Ticket // oldest first
}

func newHistories(t *testing.T, open Open) *histories {
	random := rand.New(rand.NewPCG(1, uint64(time.Now().UnixNano())))
	return &histories{t: t, s: fresh(t, open), random: random, clients: []ticket.Actor{newClient(), newClient(), newClient()}, agents: []ticket.Actor{newAgent(), newAgent()}, at: noon}
}

func (h *histories) words() string {
	words := make([]string, 1+h.random.IntN(4))
	for i := range words {
		words[i] = vocabulary[h.random.IntN(len(vocabulary))]
	}
	return strings.Join(words, " ")
}

// step changes something, and returns the ticket that has something new in it; false: none has.
func (h *histories) step() (ticket.Ticket, bool) {
	h.at = h.at.Add(time.Millisecond)
	client := h.clients[h.random.IntN(len(h.clients))]
	if len(h.live) < 3 || h.random.IntN(4) == 0 {
		client.Name = h.words()
		h.live = append(h.live, create(h.t, h.s, client, h.at, ticket.Draft{Subject: h.words(), Message: h.words()}))
		return h.live[len(h.live)-1], true
	}
	i := h.random.IntN(len(h.live))
	switch h.random.IntN(13) {
	case 0:
		update(h.t, h.s, h.live[i].ID, func(tk *ticket.Ticket) { tk.Delete(stamp(client, h.at)) })
		h.live = slices.Delete(h.live, i, i+1)
		return ticket.Ticket{}, false
	case 1:
		h.live[i] = update(h.t, h.s, h.live[i].ID, func(tk *ticket.Ticket) { _ = tk.Close(stamp(h.agents[0], h.at)) })
	case 2:
		h.live[i] = h.edit(i, ticket.Edit{Subject: to(h.words())})
	case 3:
		h.live[i] = h.edit(i, ticket.Edit{Subject: to(h.words()), Message: to(h.words())})
	case 4, 5:
		h.live[i] = h.handle(i, ticket.Handling{AddTags: []string{h.tag()}, RemoveTags: []string{h.tag()}})
	case 6:
		h.live[i] = h.handle(i, ticket.Handling{SnoozedUntil: to(h.at.Add(time.Duration(1+h.random.IntN(30)) * time.Millisecond))})
	case 7, 8:
		h.live[i] = h.assign(i)
	case 10:
		h.live[i] = h.note(i)
	case 9:
		h.live[i] = h.edit(i, ticket.Edit{Priority: to(h.priority())})
	default:
		h.live[i] = h.edit(i, ticket.Edit{Message: to(h.words())})
	}
	return h.live[i], true
}

func (h *histories) tag() string {
	return []string{"vip", "two words", "größe", "a-b", "+'\"*"}[h.random.IntN(5)]
}

func (h *histories) priority() ticket.Priority { return ticket.Priorities[h.random.IntN(4)] }

// handle leaves a closed ticket as it is where the rule does.
func (h *histories) handle(i int, handling ticket.Handling) ticket.Ticket {
	return update(h.t, h.s, h.live[i].ID, func(tk *ticket.Ticket) { _ = tk.Handle(stamp(h.agents[0], h.at), handling) })
}

func (h *histories) note(i int) ticket.Ticket {
	return update(h.t, h.s, h.live[i].ID, func(tk *ticket.Ticket) { _ = tk.Note(stamp(h.agents[0], h.at), h.words(), ticket.Idempotency{}) })
}

// assign to one of the agents, or to nobody.
func (h *histories) assign(i int) ticket.Ticket {
	to := append(h.agents, ticket.Actor{})[h.random.IntN(3)]
	return update(h.t, h.s, h.live[i].ID, func(tk *ticket.Ticket) {
		tk.AssigneeID, tk.AssigneeName, tk.Version = to.ID, to.Name, tk.Version+1
		tk.Pending = []ticket.Event{eventOf(*tk, nil)}
	})
}

// edit is by the client or by an agent.
func (h *histories) edit(i int, e ticket.Edit) ticket.Ticket {
	h.t.Helper()
	author := h.agents[h.random.IntN(2)]
	if h.random.IntN(2) == 0 {
		author = ticket.Actor{ID: h.live[i].ClientID, Name: "Client", Role: ticket.Client}
	}
	edited, err := edit(h.t.Context(), h.s, author, h.live[i].ID, h.at, e)
	if err != nil {
		h.t.Fatal(err)
	}
	return edited
}

// found are the ids that a list must have.
func (h *histories) found(q ticket.Query, words string) []string {
	var items []ticket.Summary
	for _, tk := range slices.Backward(h.live) {
		if q.Scope.Covers(tk.ClientID) && fits(tk, q.Filter) && has(tk, q.Scope, ticket.Terms(words)) && isAsked(tk, q) {
			items = append(items, tk.Summary)
		}
	}
	slices.SortStableFunc(items, inOrder(q.Order()))
	return idsOf(items)
}

func fits(tk ticket.Ticket, filter ticket.Filter) bool {
	return filter == ticket.AnyStatus || filter == ticket.NotClosed && tk.Status != ticket.Closed || filter == ticket.Filter(tk.Status)
}

// has tells whether a ticket has all terms, of the last one a beginning, or its number. Notes count for agents alone.
func has(tk ticket.Ticket, scope ticket.Scope, terms []string) bool {
	words := ticket.Terms(textOf(tk))
	for _, n := range tk.Notes {
		if scope.ClientID == "" {
			words = append(words, ticket.Terms(n.Text)...)
		}
	}
	for i, term := range terms {
		fit := func(word string) bool {
			return word == term || i == len(terms)-1 && strings.HasPrefix(word, term)
		}
		if !slices.ContainsFunc(words, fit) && term != strconv.Itoa(tk.Number) {
			return false
		}
	}
	return true
}

func textOf(tk ticket.Ticket) string {
	texts := []string{tk.ClientName, tk.Subject}
	for _, m := range tk.Conversation {
		texts = append(texts, m.Text)
	}
	return strings.Join(texts, "\n")
}

// testSearch compares what is found with a model, over random histories: each word of a write at once, and whatever else.
func testSearch(t *testing.T, open Open) {
	h := newHistories(t, open)
	for range 60 {
		changed, something := h.step()
		queries := []string{h.words(), vocabulary[h.random.IntN(len(vocabulary))]}
		if something {
			words := strings.Fields(textOf(changed))
			for _, word := range words {
				queries = append(queries, word, cutAt(word, 1+h.random.IntN(len(word))))
			}
			queries = append(queries, "#"+strconv.Itoa(changed.Number), words[h.random.IntN(len(words))]+" "+words[h.random.IntN(len(words))])
		}
		for _, q := range queries {
			h.check(q)
		}
		if t.Failed() {
			return
		}
	}
}

func (h *histories) check(words string) {
	h.t.Helper()
	if len(ticket.Terms(words)) == 0 {
		return
	}
	scope := ticket.Scope{}
	if h.random.IntN(3) == 0 {
		scope.ClientID = h.clients[h.random.IntN(len(h.clients))].ID
	}
	filter := []ticket.Filter{ticket.AnyStatus, ticket.AnyStatus, ticket.NotClosed, "pending-agent", "closed"}[h.random.IntN(5)]
	h.compare(ticket.Query{Scope: scope, Filter: filter, Search: ticket.SearchFor(words), Limit: 1 + h.random.IntN(5)}, words)
}

// compare walks a list in pages.
func (h *histories) compare(q ticket.Query, words string) {
	h.t.Helper()
	if got, want := idsOf(pages(h.t, h.s, q, func() {})), h.found(q, words); !slices.Equal(got, want) {
		h.t.Errorf("%q in %+v finds\n     %v\nwant %v", words, q, got, want)
	}
}

// cutAt is a beginning, of whole characters.
func cutAt(word string, length int) string { return strings.ToValidUTF8(word[:length], "") }

// A long conversation is found by what begins within the bound, whatever is changed later.
func testSearchBounded(t *testing.T, open Open) {
	s, client, agent := fresh(t, open), newClient(), newAgent()
	tk := create(t, s, client, noon, ticket.Draft{Subject: "Printer", Message: "first"})
	for _, text := range []string{strings.Repeat("filler ", ticket.MaxSearched/7+1) + "within", "beyond"} {
		if _, err := edit(t.Context(), s, agent, tk.ID, noon, ticket.Edit{Message: &text}); err != nil {
			t.Fatal(err)
		}
	}
	check := func(q string, want int) {
		t.Helper()
		if got := list(t, s, ticket.Query{Search: ticket.SearchFor(q), Limit: 2}); len(got) != want {
			t.Errorf("%q finds %d tickets, want %d", q, len(got), want)
		}
	}
	for _, subject := range []string{"Scanner", "Copier"} {
		check("first within", 1)
		check("beyond", 0)
		if _, err := edit(t.Context(), s, agent, tk.ID, noon, ticket.Edit{Subject: &subject}); err != nil {
			t.Fatal(err)
		}
		check(subject, 1)
		check("Printer", 0)
	}
}

// A page goes on where the one before ended, also when its last ticket has gone meanwhile for good.
func testSearchPages(t *testing.T, open Open) {
	s, client := fresh(t, open), newClient()
	var want []string
	for n := range 6 {
		want = slices.Insert(want, 0, create(t, s, client, noon.Add(time.Duration(n)*time.Millisecond), printer).ID)
	}
	query, gone := ticket.Query{Search: ticket.SearchFor("fire"), Limit: 2}, 1
	got := idsOf(pages(t, s, query, func() {
		update(t, s, want[gone], func(tk *ticket.Ticket) { tk.Delete(stamp(client, noon)) })
		if err := s.MarkPublished(t.Context(), pending(t, s)); err != nil {
			t.Fatal(err)
		}
		gone += 2
	}))
	if !slices.Equal(got, want) {
		t.Errorf("pages %v, want %v", got, want)
	}
}

// What is restored is found as what was written here.
func testSearchRestored(t *testing.T, open Open) {
	from, s, client := fresh(t, open), fresh(t, open), newClient()
	tk := create(t, from, client, noon, printer)
	if err := s.Restore(t.Context(), tk); err != nil {
		t.Fatal(err)
	}
	for _, scope := range []ticket.Scope{{}, {ClientID: client.ID}} {
		if got := list(t, s, ticket.Query{Scope: scope, Search: ticket.SearchFor("printer fi"), Limit: 2}); len(got) != 1 || got[0].ID != tk.ID {
			t.Errorf("found %v", got)
		}
	}
}
