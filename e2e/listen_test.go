package e2e_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync/atomic"
	"testing"

	"crm.example/e2e/crm"
)

// follow stands below the JavaScript of docs/clients.md, as a portal's own would: it prints what it hears of.
const follow = `
const known = new Map()
async function snapshot() {
  known.clear()
  for (const ticket of (await call("/v1/ticket?limit=100")).items) known.set(ticket.id, ticket.version)
  console.log("snapshot", known.size)
}
function changed(event) {
  const { id, version } = event.data.ticket
  if (version <= known.get(id)) return
  known.set(id, version)
  console.log(event.type, id)
}
await listen(snapshot, changed, new AbortController().signal)
`

// TestListenInJavaScript runs the code of docs/clients.md as it stands there, with an access JWT that does not count any more
// to begin with: it refreshes and listens.
func TestListenInJavaScript(t *testing.T) {
	t.Parallel()
	if os.Getenv("E2E_JAVASCRIPT") == "" {
		t.Skip("make subscribe runs it")
	}
	program := sample(t)
	client, agent := stranger(t).SignUpClient("Client One"), anAgent(t)
	first := client.Open("First", "Hello.")
	session, over := client.LogIn(client.User.Email, crm.Password).Tokens, client.LogIn(client.User.Email, crm.Password)
	over.Delete("/v1/user/logout").Want(http.StatusNoContent)
	session.AccessJWT = over.Tokens.AccessJWT
	tokens, err := json.Marshal(session)
	if err != nil {
		t.Fatal(err)
	}
	code := strings.ReplaceAll(program, "http://127.0.0.1:8080", deployment.BaseURL)
	lines := printed(t, javaScriptOf(t, fmt.Sprintf("%s\ntokens = %s\n%s", code, tokens, follow)))
	wantLine(t, lines, "snapshot 1")
	agent.Reply(first.ID, "Yes?")
	wantLine(t, lines, "crm.ticket.replied.v1 "+first.ID)
	client.Delete("/v1/ticket/" + first.ID).Want(http.StatusNoContent)
	wantLine(t, lines, "crm.ticket.deleted.v1 "+first.ID)
}

// sample is the JavaScript of docs/clients.md.
func sample(t *testing.T) string {
	t.Helper()
	page, err := os.ReadFile("../docs/clients.md")
	if err != nil {
		t.Fatal(err)
	}
	var program strings.Builder
	for _, block := range javaScript.FindAllSubmatch(page, -1) {
		program.Write(block[1])
	}
	return program.String()
}

// halfOpen says ready and then nothing more, as a connection does that broke without a word; whoever comes back hears of a change,
// and is told then that the token is none.
func halfOpen(t *testing.T) *httptest.Server {
	var listeners atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		feed := r.URL.Path == "/v1/ticket/events"
		switch {
		case feed && listeners.Add(1) == 1:
			_, _ = io.WriteString(w, "retry: 10\nid: a-1\nevent: ready\ndata: {}\n\n")
			_ = http.NewResponseController(w).Flush()
			<-r.Context().Done()
		case feed:
			_, _ = fmt.Fprintf(w, "id: a-3\nevent: change\ndata: {\"after\": %q}\n\n", r.Header.Get("Last-Event-ID"))
			_ = http.NewResponseController(w).Flush()
			<-r.Context().Done()
		default:
			w.WriteHeader(http.StatusForbidden)
			_, _ = io.WriteString(w, `{"code": "token-invalid"}`)
		}
	}))
	t.Cleanup(server.Close)
	return server
}

// TestSilenceInJavaScript shortens nothing of the sample but the time that it waits for a sign of life.
func TestSilenceInJavaScript(t *testing.T) {
	t.Parallel()
	if os.Getenv("E2E_JAVASCRIPT") == "" {
		t.Skip("make subscribe runs it")
	}
	patient := "30_000"
	code := sample(t)
	if strings.Count(code, patient) != 1 {
		t.Fatalf("the sample has %s elsewhere", patient)
	}
	code = strings.ReplaceAll(strings.ReplaceAll(code, "http://127.0.0.1:8080", halfOpen(t).URL), patient, "500")
	lines := printed(t, javaScriptOf(t, code+`
tokens = { accessJWT: "a", refreshJWT: "b" }
const stop = new AbortController()
await listen(() => console.log("snapshot"), event => { console.log("after", event.after); stop.abort() }, stop.signal).catch(() => {})
await call("/v1/user").catch(problem => console.log(problem.code, tokens))
`))
	for _, want := range []string{"snapshot", "after a-1", "token-invalid null"} {
		wantLine(t, lines, want)
	}
}

func wantLine(t *testing.T, lines <-chan string, want string) {
	t.Helper()
	if got := <-lines; got != want {
		t.Fatalf("it printed %q, want %q", got, want)
	}
}
