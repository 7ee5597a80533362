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

// A server backs up as soon as it runs, what is in a backup can be restored, and none is made before the next is due.
func TestBackupByItself(t *testing.T) {
	t.Parallel()
	from, to := newPlace(t), newPlace(t)
	running := from.start()
	folders := filepath.Join(from.data, "backups", "*Z")
	var made []string
	eventually(t, "a backup is there", func() bool { made, _ = filepath.Glob(folders); return len(made) == 1 })
	running.stop()
	from.start().stop()
	if again, _ := filepath.Glob(folders); len(again) != 1 {
		t.Errorf("a second start has made another: %q", again)
	}
	if out, code := to.tell("import", made[0]); code != 0 {
		t.Errorf("exit code %d: %s", code, out)
	}
}

func TestBackupSettings(t *testing.T) {
	t.Parallel()
	for _, setting := range []string{"STANDALONE_BACKUP_EVERY=-1s", "STANDALONE_BACKUP_EVERY=1ms", "STANDALONE_BACKUP_KEEP=0"} {
		p := newPlace(t, setting)
		if out, code := p.tell("config"); code == 0 || !strings.Contains(out, strings.Split(setting, "=")[0]+" must be") {
			t.Errorf("%s: exit code %d: %s", setting, code, out)
		}
	}
}
