// Package restore_test tests what an operator does after a restore, with the services' own programs and credentials.
package restore_test

import (
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"crm.example/e2e/crm"
	"crm.example/e2e/target"
)

// A backup from before an account was deleted brings its tickets back, and `ticket erasures repeat` has them gone again: while the
// service runs, by its own user of deploy/nats/nats.conf, and whichever store the backup goes into.
func TestErasureIsRepeatedAfterARestore(t *testing.T) {
	t.Parallel()
	target.Demand(t, "that a restore brings no deleted account's tickets back")
	d := deploy(t)
	service, backup := d.Service("ticket", 0), filepath.Join(t.TempDir(), "ticket.jsonl")
	agent, client, other := crm.New(t, d.Target).SignUpAgent("Agent One"), crm.New(t, d.Target).SignUpClient("Client One"), crm.New(t, d.Target).SignUpClient("Client Two")
	gone, kept := "/v1/ticket/"+client.Open("Question", "What stays of me?").ID, "/v1/ticket/"+other.Open("Question", "And of me?").ID
	run(t, service, "export", backup)
	client.Patiently(crm.Request{Method: http.MethodPost, Path: "/v1/user/delete-account", Body: crm.Fields{"password": crm.Password}}).Want(http.StatusNoContent)
	becomes(t, agent, gone, http.StatusNotFound)

	mongo := "mongodb://" + d.Engine(target.MongoDB).Address + "/restored"
	for store, url := range map[string]string{"MongoDB": mongo, "SQLite": "sqlite:" + filepath.Join(t.TempDir(), "ticket.db")} {
		check(t, service.Stop())
		service.With("TICKET_STORE_URL=" + url)
		run(t, service, "import", backup)
		check(t, service.Start())
		check(t, service.Ready(t.Context()))
		becomes(t, agent, gone, http.StatusOK)
		if out := run(t, service, "erasures", "repeat"); !strings.Contains(out, "1 deleted accounts are noted again") {
			t.Errorf("%s: %s", store, out)
		}
		becomes(t, agent, gone, http.StatusNotFound)
		becomes(t, agent, kept, http.StatusOK)
	}
}

func deploy(t *testing.T) *target.Deployment {
	t.Helper()
	d, err := target.Deploy(t.TempDir(), target.Plan{Settings: []string{"AUTH_BCRYPT_COST=10", "AUTH_REGISTRY_TIMEOUT=2s", "TICKET_REGISTRY_TIMEOUT=2s"}})
	check(t, err)
	t.Cleanup(func() {
		if err := d.Stop(); err != nil || t.Failed() {
			t.Errorf("%v\n%s", err, d.Log())
		}
	})
	return d
}

// run runs a command of the service to its end.
func run(t *testing.T, service *target.Process, args ...string) string {
	t.Helper()
	out, err := service.Command(t.Context(), args...).CombinedOutput()
	if err != nil {
		t.Fatalf("%q: %v\n%s", args, err, out)
	}
	return string(out)
}

// becomes waits for a status, over the seconds in which the gateway finds the service again.
func becomes(t *testing.T, who *crm.Person, path string, status int) {
	t.Helper()
	for end := time.Now().Add(time.Minute); ; time.Sleep(20 * time.Millisecond) {
		answer := who.Get(path)
		if answer.Status == status {
			return
		}
		if time.Now().After(end) {
			answer.Want(status)
		}
	}
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
