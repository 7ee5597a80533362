package main_test

import (
	"os"
	"strings"
	"testing"
)

func roleOf(t *testing.T, c *client) (role string) {
	t.Helper()
	var user struct{ Role string }
	if err := c.call("GET", "/v1/user", nil, &user, 200); err != nil {
		t.Fatal(err)
	}
	return user.Role
}

func TestGrantRoleBesideARunningServer(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.start()
	c := newClient(p)
	c.signUp(t)
	out, code := p.tell("user", "grant-role", "--email", " Client@Example.com", "--role=agent")
	if code != 0 || !strings.Contains(out, "have ended; log in again") {
		t.Fatalf("exit code %d: %s", code, out)
	}
	err := c.call("GET", "/v1/user", nil, nil, 200)
	if err == nil || !strings.Contains(err.Error(), "token-revoked") {
		t.Errorf("the old access JWT: %v, want token-revoked", err)
	}
	if err := c.call("POST", "/v1/user/refresh", map[string]string{"refreshJWT": c.refresh}, nil, 403); err != nil {
		t.Error(err)
	}
	c.logIn(t)
	if role := roleOf(t, c); role != "agent" {
		t.Errorf("role is %s", role)
	}
}

func TestGrantRoleWhileNoServerRuns(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	c := newClient(p)
	running := p.start()
	c.signUp(t)
	running.stop()
	out, code := p.tell("user", "grant-role", "--email", email, "--role", "agent")
	if code != 0 || !strings.Contains(out, "No server runs") {
		t.Fatalf("exit code %d: %s", code, out)
	}
	p.start()
	c.logIn(t)
	if role := roleOf(t, c); role != "agent" {
		t.Errorf("role is %s", role)
	}
	eventually(t, "the event that waited is out", func() bool { return countUserEvents(t, p.nats) == 2 })
}

func TestGrantRoleRefusals(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.start().stop()
	for _, c := range []struct{ arguments, sentence string }{
		{"user", `there is no command "user"`},
		{"user grant-role --role agent", "--email is missing\nusage: standalone user grant-role --email EMAIL --role client|agent|admin"},
		{"user grant-role --email a@example.com --role agent more", `"more" is too much`},
		{"user grant-role --email a@example.com --rolle agent", "unknown flag: --rolle"},
		{"user grant-role --email nobody@example.com --role agent", "nobody has signed up"},
		{"user grant-role --email nobody --role agent", "not an email address"},
		{"user grant-role --email a@example.com --role king", `no role "king"`},
	} {
		if out, code := p.tell(strings.Fields(c.arguments)...); code != 1 || !strings.Contains(out, c.sentence) {
			t.Errorf("%s: exit code %d, want %q:\n%s", c.arguments, code, c.sentence, out)
		}
	}
}

func TestGrantRoleMakesNoDataOfItsOwn(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	out, code := p.tell("user", "grant-role", "--email", email, "--role", "agent")
	if code != 1 || !strings.Contains(out, "STANDALONE_DATA names the folder") {
		t.Errorf("exit code %d:\n%s", code, out)
	}
	if _, err := os.Stat(p.data); err == nil {
		t.Error("a folder was made for a server that was never there")
	}
}

// The key is published and signs; nobody has to log in again.
func TestRotateKeys(t *testing.T) {
	t.Parallel()
	p := newPlace(t, "AUTH_KEY_PROPAGATION=1s")
	if out, code := p.tell("keys", "rotate"); code != 1 || !strings.Contains(out, "there is no database") {
		t.Errorf("without data: exit code %d: %s", code, out)
	}
	running := p.start()
	c := newClient(p)
	c.signUp(t)
	if out, code := p.tell("keys", "rotate"); code != 0 || !strings.Contains(out, "the running server publishes it within 100ms, and signs with it in 1s") {
		t.Errorf("beside a server: exit code %d: %s", code, out)
	}
	keys := func() (n int) {
		var published struct{ Keys []any }
		if err := c.call("GET", "/.well-known/jwks.json", nil, &published, 200); err != nil {
			t.Fatal(err)
		}
		return len(published.Keys)
	}
	eventually(t, "two keys are published", func() bool { return keys() == 2 })
	if role := roleOf(t, c); role != "client" {
		t.Errorf("role is %s", role)
	}
	running.stop()
	if out, code := p.tell("keys", "rotate"); code != 0 || !strings.Contains(out, "a server that starts publishes it") {
		t.Errorf("while no server runs: exit code %d: %s", code, out)
	}
}

func TestHelpEndsWell(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	for _, line := range []string{"--help", "user --help", "user grant-role --help", "help export", "keys rotate -h"} {
		if out, code := p.tell(strings.Fields(line)...); code != 0 || !strings.Contains(out, "usage: standalone ") {
			t.Errorf("%s: exit code %d: %s", line, code, out)
		}
	}
}
