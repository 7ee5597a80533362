package notifier_test

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"

	"crm.example/deploy/examples/notifier"
	"crm.example/pkg/events"
)

// inFiles are settings without a mail server.
func inFiles(t *testing.T) notifier.Config {
	cfg := notifier.Defaults()
	cfg.Dir = t.TempDir()
	return cfg
}

// plant leaves a file in the folder as an earlier run did.
func plant(t *testing.T, cfg notifier.Config, name string, age time.Duration) (path string) {
	t.Helper()
	path = filepath.Join(cfg.Dir, name)
	check(t, os.WriteFile(path, []byte("To: "+client.Email), 0o600))
	check(t, os.Chtimes(path, time.Time{}, time.Now().Add(-age)))
	return path
}

// fileFor is a name as mails of a client get it.
func fileFor(clientID string) string {
	return uuid.Must(uuid.NewV7()).String() + "_" + clientID + ".eml"
}

func gone(path string) bool {
	_, err := os.Stat(path)
	return os.IsNotExist(err)
}

// What a crash left of a mail has no name by which its reader could be forgotten.
func TestHalfAMailIsRemovedAtTheStart(t *testing.T) {
	t.Parallel()
	r, cfg := newRig(t), inFiles(t)
	part := plant(t, cfg, ".part-123", 0)
	defer r.run(t, cfg)()
	if !gone(part) {
		t.Error("it is still there")
	}
}

func TestMailsThatAreFilesAreKeptForADay(t *testing.T) {
	t.Parallel()
	r, cfg := newRig(t), inFiles(t)
	young := plant(t, cfg, fileFor("c1"), 23*time.Hour)
	var others []string
	for _, name := range []string{"1_c1.eml", "from_c1.eml", "saved.eml", uuid.NewString() + ".eml", fileFor("c1") + ".txt", "notes.txt"} {
		others = append(others, plant(t, cfg, name, 25*time.Hour))
	}
	old := plant(t, cfg, "ffffffff"+fileFor("c1")[8:], 25*time.Hour) // the last by name, so the last to go
	defer r.run(t, cfg)()
	eventually(t, "the old mail is gone", func() bool { return gone(old) })
	if gone(young) || slices.ContainsFunc(others, gone) {
		t.Error("others went too")
	}
}

// A mail server that is set later leaves the mails of the time before, names and addresses in them.
func TestMailsThatWereFilesBeforeTheMailServer(t *testing.T) {
	t.Parallel()
	r, mails := newRig(t), &mailServer{}
	cfg := through(t, mails.listen(t, "127.0.0.1:0").Addr().String())
	part := plant(t, cfg, ".part-123", 0)
	old, young, other := plant(t, cfg, fileFor("c1"), 25*time.Hour), plant(t, cfg, fileFor("c1"), 0), plant(t, cfg, fileFor("c2"), 0)
	defer r.run(t, cfg)()
	eventually(t, "the old mail is gone", func() bool { return gone(old) })
	if !gone(part) || gone(young) || gone(other) {
		t.Error("half a mail stays, or others went too")
	}
	r.user(t, "deleted", 1, events.User{ID: "c1"})
	eventually(t, "the deleted client's mail is gone", func() bool { return gone(young) })
	if gone(other) {
		t.Error("that of another client went too")
	}
}

// A durable that was lost and made anew must not leave out deletions.
func TestDeletionBeforeTheDurable(t *testing.T) {
	t.Parallel()
	r, cfg := newRig(t), inFiles(t)
	mail := plant(t, cfg, "1_c1.eml", 0)
	r.user(t, "deleted", 2, events.User{ID: "c1"})
	defer r.run(t, cfg)()
	eventually(t, "the mail is gone", func() bool { return gone(mail) })
}

// A full disk is not the event's fault. A folder where the mail should be stands for it.
func TestDiskIsWaitedFor(t *testing.T) {
	t.Parallel()
	r, cfg, reply := newRig(t), inFiles(t), head("replied", 1)
	defer r.run(t, cfg)()
	path := filepath.Join(cfg.Dir, reply.ID+"_c1.eml")
	check(t, os.MkdirAll(filepath.Join(path, "full"), 0o700))
	r.user(t, "registered", 1, client)
	r.says(t, reply, "agent", "c1")
	eventually(t, "the mail was tried", func() bool { return r.log.has("Events wait") || r.log.has("could not be handled") })
	if r.log.has("could not be handled") {
		t.Error("it counts as a failure of the event")
	}
	check(t, os.RemoveAll(path))
	r.caughtUp(t)
	wantFiles(t, cfg.Dir, 1)
}
