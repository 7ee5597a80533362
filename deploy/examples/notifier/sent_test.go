package notifier_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"crm.example/deploy/examples/notifier"
)

// A disk that is full once the mail is sent: the event waits for its line, and the mail is not sent again meanwhile.
func TestDiskIsFullAfterTheMail(t *testing.T) {
	t.Parallel()
	r, mails := newRig(t), &mailServer{}
	cfg := through(t, mails.listen(t, "127.0.0.1:0").Addr().String())
	n, stop := r.start(t, cfg)
	defer stop()
	r.user(t, "registered", 1, client)
	first, second := head("replied", 1), head("replied", 2)
	empty := notifier.FillDisk(t, n)
	r.says(t, first, "agent", "c1")
	r.says(t, second, "agent", "c1")
	eventually(t, "the event waits", func() bool { return r.log.has("Events wait") || r.log.has("could not be handled") })
	if r.log.has("could not be handled") {
		t.Error("it counts as a failure of the event")
	}
	empty()
	r.caughtUp(t)
	if all := mails.all(); len(all) != 2 {
		t.Errorf("%d mails", len(all))
	}
	want := []string{first.ID, second.ID}
	if got := noted(t, cfg); !slices.Equal(got, want) {
		t.Errorf("noted is %q, want %q", got, want)
	}
	stop()
	r.run(t, cfg)()
	if text, err := os.ReadFile(filepath.Join(cfg.Dir, "sent")); err != nil || string(text) != strings.Join(want, "\n")+"\n" {
		t.Errorf("the next start leaves %q, %v", text, err)
	}
}

// noted are the whole lines of what was sent.
func noted(t *testing.T, cfg notifier.Config) (ids []string) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(cfg.Dir, "sent"))
	check(t, err)
	for line := range strings.Lines(string(text)) {
		if len(line) == len("01890000-0000-7000-8000-000000000000\n") {
			ids = append(ids, strings.TrimSpace(line))
		}
	}
	return ids
}
