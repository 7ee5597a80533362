package e2e_test

import (
	"bufio"
	"context"
	"crypto/rand"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// The pages that say how to subscribe.
const readme, consumersPage = "../README.md", "../docs/events.md"

var (
	javaScript = regexp.MustCompile("(?s)```js\n(.*?)```")
	inGo       = regexp.MustCompile("(?s)```go\n(.*?)```")
	natsLine   = regexp.MustCompile(`(?m)^    (nats (?:sub|consumer add CRM_TICKETS|consumer next) .*)$`)
	natsBuilt  = regexp.MustCompile(`(?m)^    go install github\.com/nats-io/natscli/nats@(\S+)$`)
)

// TestSubscribeInGo wants what the pages show in Go to stand, as it is, in the example of bus.Consume, which is compiled.
func TestSubscribeInGo(t *testing.T) {
	t.Parallel()
	example := read(t, "../pkg/bus/example_test.go")
	for _, page := range []string{readme, consumersPage} {
		for part := range strings.SplitSeq(first(t, page, inGo), "…\n") {
			if indented := "\t" + strings.ReplaceAll(strings.TrimSpace(part), "\n", "\n\t") + "\n"; !strings.Contains(example, indented) {
				t.Errorf("pkg/bus/example_test.go has not what %s says:\n%s", page, indented)
			}
		}
	}
}

// TestSubscribeByTheReadme runs the README's lines for the nats command line, and its JavaScript. Only the durable's name is
// another one, and in JavaScript where the server is.
func TestSubscribeByTheReadme(t *testing.T) {
	t.Parallel()
	if os.Getenv("E2E_NATS_CLI") == "" {
		t.Skip("make subscribe runs it")
	}
	wantPagesAlike(t)
	lines, durable := all(t, readme, natsLine), "reader-"+rand.Text()
	for i := range lines {
		lines[i] = strings.Replace(lines[i], " reader ", " "+durable+" ", 1)
	}
	live := printed(t, natsCLI(t, lines[0]))
	aReply(t) // for the durable
	for _, line := range append(lines[1:], "nats consumer report CRM_TICKETS") {
		out, err := natsCLI(t, line).CombinedOutput()
		if err != nil || !strings.Contains(string(out), durable) && !strings.Contains(line, "next") {
			t.Fatalf("%s: %v\n%s", line, err, out)
		}
		if strings.Contains(line, "next") && !(strings.Contains(string(out), `"type":"crm.ticket.replied.v1"`) && strings.Contains(string(out), "Acknowledged message")) {
			t.Errorf("%s: %s", line, out)
		}
	}
	wantShown(t, live)
	after := aReply(t).line
	wantAmong(t, printed(t, javaScriptOf(t, located(t, first(t, readme, javaScript)))), after)
}

// wantPagesAlike wants both pages to have the same lines, for the program that make subscribe has built.
func wantPagesAlike(t *testing.T) {
	t.Helper()
	version, err := natsCLI(t, "nats --version").CombinedOutput()
	if err != nil {
		t.Fatal(err)
	}
	for _, page := range []string{readme, consumersPage} {
		if built := first(t, page, natsBuilt); built != strings.TrimSpace(string(version)) {
			t.Errorf("%s is tried with %s, but %s has one build %s", page, version, page, built)
		}
	}
	if a, b := all(t, readme, natsLine), all(t, consumersPage, natsLine); len(a) != 3 || !slices.Equal(a, b) {
		t.Errorf("%s has %q, %s has %q", readme, a, consumersPage, b)
	}
}

// reply is one that consumers are to hear of.
type reply struct{ subject, line string }

func aReply(t *testing.T) reply {
	t.Helper()
	client, subject := stranger(t).SignUpClient("Client One"), "Subscribe "+rand.Text()
	client.Reply(client.Open(subject, "First.").ID, "Second.")
	return reply{subject, client.User.Name + ` to "` + subject + `": Second.`}
}

// natsCLI is a line of the pages in a shell, against the deployment and without settings of who runs the tests.
func natsCLI(t *testing.T, line string) *exec.Cmd {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patienceWithEvents)
	t.Cleanup(cancel)
	home := t.TempDir()
	cmd := exec.CommandContext(ctx, "sh", "-c", `exec "$E2E_NATS_CLI" `+strings.TrimPrefix(line, "nats "))
	cmd.Env = append(os.Environ(), "NATS_URL="+deployment.NATSURL, "HOME="+home, "XDG_CONFIG_HOME="+home)
	return cmd
}

// located is the README's program for the deployment's server, and for the user that its URL names.
func located(t *testing.T, program string) string {
	t.Helper()
	at, err := url.Parse(deployment.NATSURL)
	if err != nil {
		t.Fatal(err)
	}
	password, _ := at.User.Password()
	const standalone = "servers: '127.0.0.1:4222'"
	if !strings.Contains(program, standalone) {
		t.Fatalf("the README's JavaScript has no %s", standalone)
	}
	who := ""
	if at.User != nil {
		who = fmt.Sprintf(", user: '%s', pass: '%s'", at.User.Username(), password)
	}
	return strings.Replace(program, standalone, fmt.Sprintf("servers: '%s'", at.Host)+who, 1)
}

// javaScriptOf and pythonOf run a program until the test ends or patienceWithEvents is over. They need what make subscribe installs.
func javaScriptOf(t *testing.T, program string) *exec.Cmd {
	t.Helper()
	return interpreter(t, program, "node", "--input-type=module", "-")
}

func pythonOf(t *testing.T, program string) *exec.Cmd {
	t.Helper()
	return interpreter(t, program, "python3", "-")
}

func interpreter(t *testing.T, program, name string, args ...string) *exec.Cmd {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patienceWithEvents)
	t.Cleanup(cancel)
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir, cmd.Stdin = "subscribe", strings.NewReader(program)
	cmd.Env = append(os.Environ(), "NATS_URL="+deployment.NATSURL, "PYTHONPATH=python")
	return cmd
}

// printed are the lines that a program prints until it ends.
func printed(t *testing.T, program *exec.Cmd) <-chan string {
	t.Helper()
	program.Stderr = os.Stderr
	out, err := program.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := program.Start(); err != nil {
		t.Fatal(err)
	}
	lines := make(chan string, 1000)
	go func() {
		defer close(lines)
		for text := bufio.NewScanner(out); text.Scan(); {
			lines <- text.Text()
		}
		_ = program.Wait()
	}()
	return lines
}

// wantAmong waits for a line with the words in it.
func wantAmong(t *testing.T, lines <-chan string, words string) {
	t.Helper()
	for line := range lines {
		if strings.Contains(line, words) {
			return
		}
	}
	t.Errorf("it ended and never printed %s", words)
}

// wantShown has replies sent until one is among the lines: nobody is told when the subscription is there.
func wantShown(t *testing.T, lines <-chan string) {
	t.Helper()
	for {
		subject, soon := aReply(t).subject, time.After(time.Second)
		for waiting := true; waiting; {
			select {
			case line, more := <-lines:
				if strings.Contains(line, subject) {
					return
				}
				if !more {
					t.Fatal("it ended and has shown no event")
				}
			case <-soon:
				waiting = false
			}
		}
	}
}

func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// first is the first place of a page that the expression finds, and all are all of them.
func first(t *testing.T, page string, expression *regexp.Regexp) string {
	t.Helper()
	return all(t, page, expression)[0]
}

func all(t *testing.T, page string, expression *regexp.Regexp) (found []string) {
	t.Helper()
	for _, match := range expression.FindAllStringSubmatch(read(t, page), -1) {
		found = append(found, match[1])
	}
	if len(found) == 0 {
		t.Fatalf("%s has nothing like %s", page, expression)
	}
	return found
}
