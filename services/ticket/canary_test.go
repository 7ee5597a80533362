package ticket_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"crm.example/pkg/authn"
	"crm.example/pkg/testenv"
	service "crm.example/services/ticket"
)

// canary is in everything that agents keep beside a ticket and in nothing else, so it must be in nothing that a client gets.
const canary = "kanarienvogel"

// heard is all that a client got.
type heard struct {
	t  *testing.T
	mu sync.Mutex
	n  int
}

// check looks for the canary, and for members that only agents have.
func (h *heard) check(what string, got []byte) {
	h.t.Helper()
	h.mu.Lock()
	defer h.mu.Unlock()
	h.n++
	if bytes.Contains(bytes.ToLower(got), []byte(canary)) {
		h.t.Errorf("%s has the canary: %s", what, got)
	}
	var value any
	if json.Unmarshal(got, &value) == nil {
		for _, name := range membersIn(value) {
			if slices.Contains(desk, name) {
				h.t.Errorf("%s has the member %s: %s", what, name, got)
			}
		}
	}
}

// membersIn are the names of all members of a JSON value, however deep.
func membersIn(value any) (names []string) {
	switch v := value.(type) {
	case map[string]any:
		for name, inner := range v {
			names = append(append(names, name), membersIn(inner)...)
		}
	case []any:
		for _, inner := range v {
			names = append(names, membersIn(inner)...)
		}
	}
	return names
}

// client calls on behalf of a client and checks what comes.
func (h *heard) client(s *site, u user) func(method, path, body string, headers ...string) answer {
	return func(method, path, body string, headers ...string) answer {
		h.t.Helper()
		got := s.call(u, method, path, body, headers...)
		h.check(method+" "+path, got.body)
		for name, values := range got.header {
			h.check("header "+name+" of "+method+" "+path, []byte(fmt.Sprint(values)))
		}
		return got
	}
}

// listen reads the client's feed from an id on until it tells of the last thing.
func (h *heard) listen(s *site, u user, lastID, last string) (ready <-chan string, done <-chan struct{}) {
	begun, ended := make(chan string, 1), make(chan struct{})
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	h.t.Cleanup(cancel)
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.url+"/v1/ticket/events", nil)
	if err != nil {
		h.t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+u.token)
	if lastID != "" {
		req.Header.Set("Last-Event-ID", lastID)
	}
	go func() {
		defer close(ended)
		defer close(begun)
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			h.t.Error(err)
			return
		}
		defer func() { _ = res.Body.Close() }()
		var all bytes.Buffer
		piece := make([]byte, 4096)
		for told := false; !strings.Contains(all.String(), last); {
			n, err := res.Body.Read(piece)
			all.Write(piece[:n])
			if _, id, found := strings.Cut(all.String(), "\nid: "); found && !told && strings.Contains(id, "\n\n") {
				told = true
				begun <- id[:strings.Index(id, "\n")]
			}
			if err != nil && err != io.EOF || err == io.EOF && !strings.Contains(all.String(), last) {
				h.t.Errorf("the feed ends with %v", err)
				return
			}
		}
		for _, line := range strings.Split(all.String(), "\n") {
			h.check("the feed", []byte(strings.TrimPrefix(line, "data: ")))
		}
		if strings.Count(all.String(), "event: crm.") < 7 {
			h.t.Errorf("the feed told %s", all.String())
		}
	}()
	return begun, ended
}

// Nothing that only agents may know reaches a client: over no route and verb, in no state of the ticket, in no problem, in no
// event of the feed, and not by way of an export.
func TestCanary(t *testing.T) {
	t.Parallel()
	for name, store := range stores {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			conn := testenv.NATS(t)
			s := newSiteWith(t, conn, store(t))
			s.run()
			h := &heard{t: t}
			owner := s.knows(s.login("client", "Client One"))
			agent, bird := s.knows(s.login("agent", "Agent One")), s.knows(s.login("admin", "Agent "+canary))
			call := h.client(s, owner)
			eventually(t, "the feed can be listened to", func() bool {
				return listens(t, s, owner)
			})

			id := call("POST", "/v1/ticket", `{"subject": "Printer", "message": "It is on fire"}`, "Idempotency-Key", "opens").ticket(http.StatusCreated).ID
			path := "/v1/ticket/" + id
			ready, done := h.listen(s, owner, "", "crm.ticket.deleted.v1")
			first := <-ready
			keep := func() { // what agents do among themselves, again after each step of the client
				until := time.Now().Add(time.Hour).UTC().Format(time.RFC3339)
				s.call(bird, "POST", path+"/notes", `{"message": "A `+canary+` in a note"}`)
				s.call(bird, "PATCH", path+"/desk", `{"assigneeId": "`+bird.id+`", "addTags": ["`+canary+`"]}`)
				s.call(agent, "PATCH", path+"/desk", `{"removeTags": ["`+canary+`"], "addTags": ["`+canary+` `+uuid.NewString()[:4]+`"], "snoozedUntil": "`+until+`"}`)
				s.call(bird, "PATCH", path+"/desk", `{"addTags": ["`+canary+`"], "assigneeId": null}`)
				s.call(bird, "PATCH", path+"/desk", `{"assigneeId": "`+bird.id+`", "removeTags": ["`+canary+`"]}`)
			}
			look := func() {
				t.Helper()
				keep()
				h.everyRoute(s, owner, id)
				for _, query := range []string{"", "?status=open", "?status=closed", "?q=" + canary, "?q=printer"} {
					got := call("GET", "/v1/ticket"+query, "")
					if strings.Contains(query, canary) && strings.Contains(string(got.body), id) {
						t.Errorf("a search for what agents wrote finds the ticket: %s", got.body)
					}
				}
				call("GET", path, "").ticket(http.StatusOK)
			}
			s.call(bird, "POST", "/v1/ticket/saved-replies", `{"name": "`+canary+`", "message": "`+canary+`"}`)
			look()
			s.call(agent, "PUT", path, `{"message": "Run"}`).ticket(http.StatusOK)
			call("PUT", path, `{"message": "Still", "lastSeq": 1}`)
			call("PUT", path, `{"message": "Still", "lastSeq": 9}`)
			call("PUT", path, `{"message": "Still"}`, "If-Match", `"1"`)
			call("PUT", path, `{"message": "Still", "subject": "Fire", "priority": "high"}`, "Idempotency-Key", "sends").ticket(http.StatusOK)
			call("PUT", path, `{"message": "Still", "subject": "Fire", "priority": "high"}`, "Idempotency-Key", "sends").ticket(http.StatusOK)
			call("POST", "/v1/ticket", `{"subject": "Printer", "message": "It is on fire"}`, "Idempotency-Key", "opens").ticket(http.StatusCreated)
			look()
			call("PATCH", "/v1/ticket/close-ticket/"+id, "").ticket(http.StatusOK)
			look()
			call("PUT", path+"/rating", `{"score": 3, "comment": "Hot"}`).ticket(http.StatusOK)
			call("POST", "/v1/ticket", `{"subject": "Again", "message": "Fire", "followUpOf": "`+id+`"}`).ticket(http.StatusCreated)
			look()
			call("PUT", path, `{"message": "Once more"}`).ticket(http.StatusOK)
			look()
			h.imported(s, owner, id)
			if seen := s.call(agent, "GET", path, ""); !bytes.Contains(seen.body, []byte(canary)) {
				t.Errorf("the canary is nowhere: %s", seen.body)
			}
			call("DELETE", path, "")
			<-done
			_, again := h.listen(s, owner, first, "crm.ticket.deleted.v1") // from the stream, not from what is kept of it
			<-again
			if h.n < 200 {
				t.Errorf("only %d things were looked at", h.n)
			}
		})
	}
}

// listens tells whether the feed lets a listener in.
func listens(t *testing.T, s *site, u user) bool {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.url+"/v1/ticket/events", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+u.token)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return false
	}
	defer func() { _ = res.Body.Close() }()
	return res.StatusCode == http.StatusOK
}

// everyRoute calls what the contract has, and what it has not, in a way that changes nothing of the ticket for its client.
func (h *heard) everyRoute(s *site, u user, id string) {
	h.t.Helper()
	call := h.client(s, u)
	for path := range loadContract(h.t).Paths.Map() {
		path = strings.ReplaceAll(path, "{id}", id)
		for _, method := range []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"} {
			if path == "/v1/ticket/events" && method != "PUT" {
				continue // listened to
			}
			switch method + " " + strings.ReplaceAll(path, id, "{id}") {
			case "DELETE /v1/ticket/{id}", "PATCH /v1/ticket/close-ticket/{id}":
				continue // done in its turn
			}
			body := ""
			if method == "POST" || method == "PUT" || method == "PATCH" {
				body = `{"unknown": true}`
			}
			call(method, path, body)
		}
	}
}

// imported moves everything to another store, and looks there.
func (h *heard) imported(s *site, u user, id string) {
	h.t.Helper()
	var file bytes.Buffer
	if _, err := service.Export(h.t.Context(), service.Config{StoreURL: s.storeURL}, &file, false); err != nil {
		h.t.Fatal(err)
	}
	if !bytes.Contains(file.Bytes(), []byte(canary)) {
		h.t.Error("the canary is not in the file")
	}
	other := newSite(h.t)
	if _, err := service.Import(h.t.Context(), service.Config{StoreURL: other.storeURL}, &file, false); err != nil {
		h.t.Fatal(err)
	}
	claims := other.claims(u.id, "client", u.name)
	other.register(claims)
	same := user{id: u.id, name: u.name, role: "client", token: other.sign(claims, authn.TypeAccess, other.key)}
	h.everyRoute(other, same, id)
	got := h.client(other, same)("GET", "/v1/ticket/"+id, "").ticket(http.StatusOK)
	if got.Rating == nil || got.MessageCount == 0 {
		h.t.Errorf("imported %+v", got)
	}
}
