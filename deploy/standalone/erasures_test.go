package main_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/nats-io/nats.go/jetstream"

	"crm.example/pkg/events"
)

// A backup from before an account was deleted brings it and its tickets back, and the command has both gone again: of what a
// server on another folder heard, and beside the one that runs on this.
func TestErasureIsRepeatedAfterARestore(t *testing.T) {
	t.Parallel()
	from, to, folder := newPlace(t), newPlace(t), filepath.Join(t.TempDir(), "backup")
	running := from.start()
	path := ticketThenDeleted(t, from, folder)
	if out, code := to.tell("import", folder); code != 0 {
		t.Fatal(out)
	}
	if out, code := to.tell("erasures", "repeat", from.data); code == 0 || !strings.Contains(out, "stop it first") {
		t.Errorf("of a folder with a server: exit code %d: %s", code, out)
	}
	running.stop()
	c := newClient(to)
	restored := to.start()
	c.logIn(t) // the backup has the account, too
	if err := c.call("GET", path, nil, nil, 200); err != nil {
		t.Fatal(err)
	}
	if out, code := to.tell("erasures", "repeat", from.data); code != 0 || !strings.Contains(out, `"accounts":1`) {
		t.Fatalf("exit code %d: %s", code, out)
	}
	wantErased(t, to, c, path)
	eventually(t, "the streams here tell of the deletion", func() bool {
		info, err := strangersStream(t, to.nats, events.UserStream).Info(t.Context(), jetstream.WithSubjectFilter("crm.user.deleted.>"))
		return err == nil && len(info.State.Subjects) == 1
	})
	restored.stop()
}

// The folder itself was brought back, all but what NATS keeps.
func TestErasureIsRepeatedInTheSameFolder(t *testing.T) {
	t.Parallel()
	for _, beside := range []bool{true, false} {
		p, folder := newPlace(t), filepath.Join(t.TempDir(), "backup")
		running := p.start()
		path := ticketThenDeleted(t, p, folder)
		running.stop()
		for _, database := range []string{"auth.db*", "ticket.db*"} {
			removeAll(t, filepath.Join(p.data, database))
		}
		if out, code := p.tell("import", folder); code != 0 {
			t.Fatal(out)
		}
		repeat := func() {
			if out, code := p.tell("erasures", "repeat"); code != 0 || !strings.Contains(out, `"accounts":1`) {
				t.Fatalf("beside a server %t: exit code %d: %s", beside, code, out)
			}
		}
		if !beside {
			repeat()
		}
		p.start()
		c := newClient(p)
		if beside {
			c.logIn(t)
			if err := c.call("GET", path, nil, nil, 200); err != nil {
				t.Fatal(err)
			}
			repeat()
		}
		wantErased(t, p, c, path)
	}
}

// wantErased looks at the ticket as an agent: the client's own account is gone.
func wantErased(t *testing.T, p *place, c *client, path string) {
	t.Helper()
	login := map[string]string{"email": email, "password": password}
	if err := c.call("POST", "/v1/user/login", login, nil, 401); err != nil {
		t.Errorf("the deleted user: %v", err)
	}
	c.signUp(t) // the email is free
	if out, code := p.tell("user", "grant-role", "--email", email, "--role", "agent"); code != 0 {
		t.Fatal(out)
	}
	c.logIn(t)
	eventually(t, "the ticket is gone", func() bool { return c.call("GET", path, nil, nil, 404) == nil })
}

func TestErasuresThatCannotBeRepeated(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	for line, want := range map[string]string{
		"erasures": `there is no command "erasures"`, "erasures repeat a b": "usage: standalone erasures repeat [FOLDER]", "erasures repeat": "there is no folder",
	} {
		if out, code := p.tell(strings.Fields(line)...); code == 0 || !strings.Contains(out, want) {
			t.Errorf("%s: exit code %d: %s", line, code, out)
		}
	}
}

// ticketThenDeleted opens a ticket, writes the backup, and deletes the account; it returns when the ticket is gone.
func ticketThenDeleted(t *testing.T, p *place, backup string) (path string) {
	t.Helper()
	c := newClient(p)
	c.signUp(t)
	var opened struct{ ID string }
	if err := c.call("POST", "/v1/ticket", map[string]string{"subject": "Question", "message": "What stays of me?"}, &opened, 201); err != nil {
		t.Fatal(err)
	}
	if out, code := p.tell("export", backup); code != 0 {
		t.Fatal(out)
	}
	if err := c.call("POST", "/v1/user/delete-account", map[string]string{"password": password}, nil, 204); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the deletion of the ticket is announced", func() bool {
		info, err := strangersStream(t, p.nats, events.TicketStream).Info(t.Context(), jetstream.WithSubjectFilter("crm.ticket.deleted.>"))
		return err == nil && len(info.State.Subjects) == 1
	})
	return "/v1/ticket/" + opened.ID
}

func removeAll(t *testing.T, pattern string) {
	t.Helper()
	files, err := filepath.Glob(pattern)
	if err != nil || len(files) == 0 {
		t.Fatalf("%s: %v", pattern, err)
	}
	for _, file := range files {
		if err := os.Remove(file); err != nil {
			t.Fatal(err)
		}
	}
}
