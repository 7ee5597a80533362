package main_test

import (
	"path/filepath"
	"strings"
	"testing"
)

// A backup beside a running server, put back into another folder: the password is the same, the sessions are over.
func TestBackupAndRestore(t *testing.T) {
	t.Parallel()
	from, to, folder := newPlace(t), newPlace(t), filepath.Join(t.TempDir(), "backup")
	running := from.start()
	c := newClient(from)
	c.signUp(t)
	var opened struct{ ID string }
	if err := c.call("POST", "/v1/ticket", map[string]string{"subject": "Printer", "message": "It is on fire"}, &opened, 201); err != nil {
		t.Fatal(err)
	}
	if out, code := from.tell("export", folder); code != 0 || strings.Contains(out, email) {
		t.Fatalf("exit code %d: %s", code, out)
	}
	if out, code := from.tell("import", folder); code == 0 || !strings.Contains(out, "stop it first") {
		t.Errorf("beside a running server: exit code %d: %s", code, out)
	}
	running.stop()
	if out, code := to.tell("import", folder); code != 0 {
		t.Fatalf("exit code %d: %s", code, out)
	}
	to.start()
	moved := newClient(to)
	moved.refresh = c.refresh
	if err := moved.call("POST", "/v1/user/refresh", map[string]string{"refreshJWT": c.refresh}, nil, 403); err != nil {
		t.Error(err)
	}
	moved.logIn(t)
	var found struct{ Subject string }
	if err := moved.call("GET", "/v1/ticket/"+opened.ID, nil, &found, 200); err != nil || found.Subject != "Printer" {
		t.Errorf("%+v, %v", found, err)
	}
}

// Once the server has stopped, nothing waits; no command overwrites what is there.
func TestMoveOfWhatIsSettled(t *testing.T) {
	t.Parallel()
	p, folder := newPlace(t), filepath.Join(t.TempDir(), "backup")
	if out, code := p.tell("export", folder); code == 0 || !strings.Contains(out, "there is no file") {
		t.Errorf("of nothing: exit code %d: %s", code, out)
	}
	running := p.start()
	newClient(p).signUp(t)
	running.stop()
	if out, code := p.tell("export", "--settled", folder); code != 0 {
		t.Fatalf("exit code %d: %s", code, out)
	}
	for line, want := range map[string]string{
		"export " + folder: "overwrites nothing", "import " + folder: "--resume", "import --resume " + folder: "there-before",
		"export": "usage: standalone export [--settled] FOLDER", "import -": "name a folder",
	} {
		if out, _ := p.tell(strings.Fields(line)...); !strings.Contains(out, want) {
			t.Errorf("%s: %s, want %s", line, out, want)
		}
	}
}
