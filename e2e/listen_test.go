package e2e_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"strings"
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
	page, err := os.ReadFile("../docs/clients.md")
	if err != nil {
		t.Fatal(err)
	}
	var program strings.Builder
	for _, block := range javaScript.FindAllSubmatch(page, -1) {
		program.Write(block[1])
	}
	client, agent := stranger(t).SignUpClient("Client One"), anAgent(t)
	first := client.Open("First", "Hello.")
	session, over := client.LogIn(client.User.Email, crm.Password).Tokens, client.LogIn(client.User.Email, crm.Password)
	over.Delete("/v1/user/logout").Want(http.StatusNoContent)
	session.AccessJWT = over.Tokens.AccessJWT
	tokens, err := json.Marshal(session)
	if err != nil {
		t.Fatal(err)
	}
	code := strings.ReplaceAll(program.String(), "http://127.0.0.1:8080", deployment.BaseURL)
	lines := printed(t, fmt.Sprintf("%s\ntokens = %s\n%s", code, tokens, follow))
	wantLine(t, lines, "snapshot 1")
	agent.Reply(first.ID, "Yes?")
	wantLine(t, lines, "crm.ticket.replied.v1 "+first.ID)
	client.Delete("/v1/ticket/" + first.ID).Want(http.StatusNoContent)
	wantLine(t, lines, "crm.ticket.deleted.v1 "+first.ID)
}

func wantLine(t *testing.T, lines <-chan string, want string) {
	t.Helper()
	if got := <-lines; got != want {
		t.Fatalf("it printed %q, want %q", got, want)
	}
}
