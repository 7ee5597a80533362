package main_test

import (
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

func TestSmallCommands(t *testing.T) {
	t.Parallel()
	p := newPlace(t, "AUTH_SMTP_URL=smtp://user:hidden@mail.example", "TICKET_REOPEN_WINDOW=1h")
	for argument, want := range map[string]string{
		"help": "grant-role", "version": "", "config": "TICKET_REOPEN_WINDOW=1h",
	} {
		out, code := p.tell(argument)
		if code != 0 || !strings.Contains(out, want) || strings.Contains(out, "hidden") {
			t.Errorf("%s: exit code %d\n%s", argument, code, out)
		}
	}
	if _, err := os.Stat(p.data); err == nil {
		t.Error("a command that only tells has made the data folder")
	}
}

// Whatever cannot work stops the start with one sentence that names the variable, and config says the same.
func TestSettingsThatCannotWork(t *testing.T) {
	t.Parallel()
	for setting, sentence := range map[string]string{
		"STANDALONE_DATA=":             "STANDALONE_DATA must name a folder",
		"STANDALONE_DATE=x":            "STANDALONE_DATE is set, but there is no such setting",
		"STANDALONE_NATS_LISTEN=4222":  "STANDALONE_NATS_LISTEN",
		"STANDALONE_NATS_LISTEN=:4222": "is not on this machine only",
		"GATEWAY_LISTEN=nowhere":       "GATEWAY_LISTEN",
		"GATEWAY_LISTEN=:99999":        "GATEWAY_LISTEN",
		"GATEWAY_CORS_ORIGINS=a":       "GATEWAY_CORS_ORIGINS",
		"GATEWAY_TRUSTED_PROXIES=a":    "GATEWAY_TRUSTED_PROXIES",
		"AUTH_TRUSTED_PROXIES=10.1":    "AUTH_TRUSTED_PROXIES",
		"AUTH_SMTP_URL=ftp://a":        "AUTH_SMTP_URL",
		"AUTH_VACUUM_HOUR=24":          "AUTH_VACUUM_HOUR",
		"TICKET_ISSUER=":               "TICKET_ISSUER",
		"TICKET_STREAM_REPLICAS=9":     "TICKET_STREAM_REPLICAS",
		"GATEWAY_AUTH_URL=http://a":    "GATEWAY_AUTH_URL has no meaning here",
		"TICKET_JWKS_URL=http://a/b":   "TICKET_JWKS_URL has no meaning here",
		"AUTH_LISTEN=:1":               "AUTH_LISTEN has no meaning here",
		"AUTH_SECRET=short":            "AUTH_SECRET must be 32 bytes",
		"AUTH_BCRYPT_COST=4":           "AUTH_BCRYPT_COST is 4",
		"AUTH_STORE_URL=mongodb://a/b": "AUTH_STORE_URL must be sqlite",
		"TICKET_STORE_URL=oracle:x":    "TICKET_STORE_URL",
		"TICKET_REOPEN_WINDOW=14d":     "TICKET_REOPEN_WINDOW",
	} {
		p := newPlace(t, setting)
		for _, command := range []string{"serve", "config"} {
			if out, code := p.tell(command); code != 1 || !strings.Contains(out, sentence) {
				t.Errorf("%s, %s: exit code %d, want %q:\n%s", setting, command, code, sentence, out)
			}
		}
	}
	if out, code := newPlace(t).tell("serv"); code != 1 || !strings.Contains(out, `there is no command "serv"`) {
		t.Errorf("unknown command: exit code %d\n%s", code, out)
	}
}

func TestFirstStartDrawsASecretForTheOwnerOnly(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	c := newClient(p)
	p.start()
	c.signUp(t)
	path := filepath.Join(p.data, "secret")
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Fatalf("%v, %v", info, err)
	}
	secret, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if config, _ := p.tell("config"); strings.Contains(config, strings.TrimSpace(string(secret))) {
		t.Error("config shows the secret")
	}
}

func TestAnotherSecretIsRefused(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.start().stop()
	p.more = []string{"AUTH_SECRET=MDEyMzQ1Njc4OWFiY2RlZmdoaWprbG1ub3BxcnN0dXY="}
	if out, code := p.tell(); code != 1 || !strings.Contains(out, "AUTH_SECRET") {
		t.Errorf("exit code %d:\n%s", code, out)
	}
}

func TestALostSecretIsNotReplaced(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.start().stop()
	path := filepath.Join(p.data, "secret")
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	for _, command := range [][]string{nil, {"user", "grant-role", "--email", email, "--role", "agent"}} {
		if out, code := p.tell(command...); code != 1 || !strings.Contains(out, path+" is missing") {
			t.Errorf("%q: exit code %d:\n%s", command, code, out)
		}
	}
	if _, err := os.Stat(path); err == nil {
		t.Error("another secret was drawn")
	}
}

// What the server prints at its start works when it is pasted into a shell.
func TestFirstCommandOfTheBannerWorks(t *testing.T) {
	t.Parallel()
	running := newPlace(t).start()
	running.stop()
	parts := regexp.MustCompile(`curl -i (http://\S+) -H 'Content-Type: (\S+)' \\\n\s+-d '(.*)'`).FindStringSubmatch(running.out.String())
	if parts == nil {
		t.Fatalf("no command in\n%s", running.out)
	}
	running.place.start()
	res, err := http.Post(parts[1], parts[2], strings.NewReader(parts[3]))
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	if res.StatusCode != http.StatusCreated {
		t.Errorf("%s answers %s", parts[1], res.Status)
	}
}

// Nothing is in the way but the user: no other server is to blame.
func TestDataFolderOfAnotherUser(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	if err := os.Mkdir(p.data, 0o500); err != nil {
		t.Fatal(err)
	}
	cmd := p.command(t.Context())
	if os.Getuid() == 0 { // who may do everything
		cmd = asNobody(t, p)
	}
	out, err := cmd.CombinedOutput()
	want := "standalone: STANDALONE_DATA: this user cannot write into the data folder " + p.data + ": "
	if err == nil || !strings.HasPrefix(string(out), want) || !strings.HasSuffix(string(out), "permission denied\n") || strings.Contains(string(out), "standalone;") {
		t.Errorf("%v, %q, want %q", err, out, want)
	}
}

// Another proxy in AUTH_TRUSTED_PROXIES does not make the gateway a stranger: each client stays one address to throttles.
func TestTrustedProxiesAreAdded(t *testing.T) {
	t.Parallel()
	p := newPlace(t, "AUTH_TRUSTED_PROXIES=10.1.0.0/16", "GATEWAY_TRUSTED_PROXIES=127.0.0.0/8", "AUTH_SIGN_UP_PER_ADDRESS=1")
	p.start()
	for _, address := range []string{"192.0.2.1", "192.0.2.2"} {
		body := `{"name": "Client One", "email": "a` + address + `@example.com", "password": "correct horse battery"}`
		req, err := http.NewRequestWithContext(t.Context(), "POST", "http://"+p.listen+"/v1/user", strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Content-Type", "application/json")
		req.Header.Set("X-Forwarded-For", address)
		if err := newClient(p).send(req, nil, http.StatusCreated); err != nil {
			t.Errorf("the first sign-up from %s: %v", address, err)
		}
	}
}
