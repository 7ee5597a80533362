package e2e_test

import (
	"bufio"
	"context"
	"crypto/rand"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
)

var javaScript = regexp.MustCompile("(?s)```js\n(.*?)```")

// TestSubscribeInJavaScript runs the program of docs/events.md as it stands there, under a durable of its own. It needs Node and
// what `make subscribe` installs.
func TestSubscribeInJavaScript(t *testing.T) {
	t.Parallel()
	if os.Getenv("E2E_JAVASCRIPT") == "" {
		t.Skip("make subscribe runs it")
	}
	page, err := os.ReadFile("../docs/events.md")
	if err != nil {
		t.Fatal(err)
	}
	program := javaScript.FindSubmatch(page)
	if program == nil {
		t.Fatal("docs/events.md has no JavaScript")
	}
	client := stranger(t).SignUpClient("Client One")
	subject := "Subscribe " + rand.Text()
	client.Reply(client.Open(subject, "First.").ID, "Second.")
	want := client.User.Name + ` to "` + subject + `": Second.`
	for line := range printed(t, strings.ReplaceAll(string(program[1]), "replies-js", "replies-js-"+rand.Text())) {
		if line == want {
			return
		}
	}
	t.Errorf("it ended and never printed %s", want)
}

// printed are the lines that the program prints, until the test ends or patienceWithEvents is over.
func printed(t *testing.T, program string) <-chan string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patienceWithEvents)
	t.Cleanup(cancel)
	node := exec.CommandContext(ctx, "node", "--input-type=module", "-")
	node.Dir, node.Stdin, node.Stderr = "subscribe", strings.NewReader(program), os.Stderr
	node.Env = append(os.Environ(), "NATS_URL="+deployment.NATSURL)
	out, err := node.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := node.Start(); err != nil {
		t.Fatal(err)
	}
	lines := make(chan string, 1000)
	go func() {
		defer close(lines)
		for text := bufio.NewScanner(out); text.Scan(); {
			lines <- text.Text()
		}
		_ = node.Wait()
	}()
	return lines
}
