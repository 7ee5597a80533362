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
		{"user", "want: standalone user grant-role"},
		{"user grant-role --role agent", "want: standalone user grant-role"},
		{"user grant-role --email a@example.com --role agent more", "want: standalone user grant-role"},
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
