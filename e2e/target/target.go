// Package target is the deployment that the suite runs against, and the three things it must know of one
// besides its base URL. It can start one of its own: a standalone server, or replicas of each service and the engines in
// processes of their own, which a test may end, freeze and start again.
package target

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"strings"

	"crm.example/e2e/contract"
)

// Target is a deployment.
type Target struct {
	BaseURL  string
	NATSURL  string
	Mails    Mailbox
	Contract *contract.Contract // what its gateway publishes
	grant    string             // a command line with {email} and {role} in it
	logs     []string           // the files with the servers' logs, if the suite started them
}

// FromEnvironment is the deployment that the environment names; ok is false if it names none.
func FromEnvironment() (t *Target, ok bool, err error) {
	base := os.Getenv("E2E_BASE_URL")
	if base == "" {
		return nil, false, nil
	}
	t = &Target{
		BaseURL: strings.TrimSuffix(base, "/"), NATSURL: os.Getenv("E2E_NATS_URL"),
		Mails: Folder(os.Getenv("E2E_MAIL_DIR")), grant: os.Getenv("E2E_GRANT_ROLE"),
	}
	if t.NATSURL == "" || t.Mails == Folder("") || t.grant == "" {
		return nil, true, errors.New("with E2E_BASE_URL, E2E_NATS_URL, E2E_MAIL_DIR and E2E_GRANT_ROLE must be set as well")
	}
	return t, true, t.loadContract(context.Background())
}

// Grant gives a user a role, as whoever runs the deployment does.
func (t *Target) Grant(ctx context.Context, email, role string) error {
	line := strings.NewReplacer("{email}", email, "{role}", role).Replace(t.grant)
	out, err := exec.CommandContext(ctx, "sh", "-c", line).CombinedOutput()
	if err != nil {
		return fmt.Errorf("grant %s to %s: %w\n%s", role, email, err, out)
	}
	return nil
}

// Log is what the server has logged but for its requests, if the suite started it.
func (t *Target) Log() string {
	var kept []string
	for _, log := range t.logs {
		text, _ := os.ReadFile(log)
		for line := range strings.Lines(string(text)) {
			if !strings.Contains(line, `"msg":"request"`) {
				kept = append(kept, line)
			}
		}
	}
	return strings.Join(kept, "")
}

func (t *Target) loadContract(ctx context.Context) error {
	raw, err := get(ctx, t.BaseURL+"/openapi.json")
	if err != nil {
		return err
	}
	t.Contract, err = contract.Parse(raw)
	return err
}

func get(ctx context.Context, url string) ([]byte, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, err
	}
	return fetch(r)
}
