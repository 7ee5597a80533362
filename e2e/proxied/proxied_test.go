// Package proxied reads the live feed through development servers, as a portal's developers do. `make proxied` runs it, since it
// needs Node, and the network the first time.
package proxied

import (
	"bufio"
	"context"
	"encoding/json"
	"net/http"
	"os"
	"os/exec"
	"testing"
	"time"

	"crm.example/e2e/crm"
	"crm.example/e2e/target"
	"crm.example/pkg/feedtest"
)

// Each event comes through when it happens, which a proxy that compresses would hold back.
func TestFeedComesThrough(t *testing.T) {
	if os.Getenv("E2E_PROXIES") == "" {
		t.Skip("make proxied runs this: it needs Node, and the network the first time")
	}
	server := start(t)
	for _, which := range []string{"vite", "webpack"} {
		t.Run(which, func(t *testing.T) {
			client := crm.New(t, server).SignUpClient("Client One")
			messages := listen(t, serve(t, which, server.BaseURL), client.Tokens.AccessJWT)
			next(t, messages, "ready")
			ticket := client.Open("Door", "It is stuck.")
			next(t, messages, "crm.ticket.created.v1")
			client.Reply(ticket.ID, "Still.")
			next(t, messages, "crm.ticket.replied.v1")
		})
	}
}

func start(t *testing.T) *target.Target {
	t.Helper()
	folder := t.TempDir()
	binary, err := target.Build(folder)
	if err != nil {
		t.Fatal(err)
	}
	server, stop, err := target.Start(binary, folder, "AUTH_BCRYPT_COST=10")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = stop() })
	return server
}

// serve starts a development server before another one, and returns where it is.
func serve(t *testing.T, which, target string) (url string) {
	t.Helper()
	node := exec.CommandContext(t.Context(), "node", "serve.mjs", which, target)
	node.Stderr, node.Env = os.Stderr, append(os.Environ(), "TMPDIR="+t.TempDir())
	out, err := node.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := node.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = node.Process.Kill(); _ = node.Wait() })
	for lines := bufio.NewScanner(out); lines.Scan(); {
		var place struct{ URL string }
		if json.Unmarshal(lines.Bytes(), &place) == nil {
			return place.URL
		}
	}
	t.Fatalf("%s did not start", which)
	return ""
}

// listen reads the feed as a browser asks for it: it takes compressed answers.
func listen(t *testing.T, url, token string) <-chan feedtest.Message {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute) // a proxy that holds the stream back holds its status back too
	t.Cleanup(cancel)
	ask, err := http.NewRequestWithContext(ctx, http.MethodGet, url+"/v1/ticket/events", nil)
	if err != nil {
		t.Fatal(err)
	}
	ask.Header = http.Header{"Authorization": {"Bearer " + token}, "Accept-Encoding": {"gzip, deflate, br"}}
	answer, err := http.DefaultClient.Do(ask)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = answer.Body.Close() })
	if answer.StatusCode != http.StatusOK || answer.Header.Get("Content-Encoding") != "" {
		t.Fatalf("%s, %v", answer.Status, answer.Header)
	}
	messages := make(chan feedtest.Message, 100)
	go func() {
		defer close(messages)
		for reader := feedtest.NewReader(answer.Body, ""); ; {
			message, err := reader.Next()
			if err != nil {
				return
			}
			messages <- message
		}
	}()
	return messages
}

func next(t *testing.T, messages <-chan feedtest.Message, event string) {
	t.Helper()
	for m := range messages {
		if m.Event == event {
			return
		}
	}
	t.Fatalf("the stream ended, or a minute was over, before %s", event)
}
