package main_test

import (
	"bytes"
	"errors"
	"io/fs"
	"log/slog"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"crm.example/pkg/problem"
	"crm.example/pkg/registry/redis"
	"crm.example/pkg/testenv"
	"crm.example/services/auth"
	main "crm.example/services/auth/cmd/auth"
	"crm.example/services/auth/internal/authtest"
)

// set puts settings into the environment, which tests in parallel could not.
func set(t *testing.T, cfg auth.Config) {
	t.Helper()
	t.Setenv("AUTH_SECRET", cfg.Secret)
	t.Setenv("AUTH_STORE_URL", cfg.StoreURL)
	t.Setenv("AUTH_MAIL_DIR", cfg.MailDir)
	t.Setenv("AUTH_BCRYPT_COST", "10")
}

func auths(t *testing.T, line string) (string, error) {
	t.Helper()
	var out bytes.Buffer
	err := main.Run(t.Context(), strings.Fields(line), &out, slog.New(slog.DiscardHandler))
	return out.String(), err
}

// When the command says that it is done, the user's access JWTs have ended, although the service's sweep has not run.
func TestGrantRoleBesideTheService(t *testing.T) {
	conn, url := testenv.NATS(t), testenv.Redis(t)
	shared, err := redis.Open(url, redis.Options{Timeout: time.Second})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = shared.Close() })
	s := authtest.Start(t, func(_ *auth.Config, deps *auth.Deps) { deps.NATS, deps.Tokens, deps.Throttle = conn, shared, shared })
	set(t, s.Config)
	t.Setenv("AUTH_REGISTRY_URL", url)
	t.Setenv("AUTH_REGISTRY_TIMEOUT", "1s")
	s.SignUp(t, "agent@example.com")
	tokens := s.Login(t, "agent@example.com", authtest.Password)
	events, err := conn.SubscribeSync("crm.user.role-changed." + tokens.User.ID)
	if err != nil {
		t.Fatal(err)
	}
	out, err := auths(t, "user grant-role --email agent@example.com --role agent")
	if err != nil || !strings.Contains(out, "agent@example.com is now agent") {
		t.Fatalf("%q, %v", out, err)
	}
	s.Do(http.MethodGet, "/v1/user", nil, authtest.Bearer(tokens.AccessJWT)...).Refused(t, problem.TokenRevoked)
	s.Refresh(tokens.RefreshJWT).Refused(t, problem.SessionEnded)
	authtest.Eventually(t, "the event is published", func() bool { n, _, err := events.Pending(); return err == nil && n == 1 })
	if again := s.Login(t, "agent@example.com", authtest.Password); again.User.Role != "agent" {
		t.Errorf("got %+v", again.User)
	}
}

func TestRotateKeysBesideTheService(t *testing.T) {
	s := authtest.Start(t)
	set(t, s.Config)
	out, err := auths(t, "keys rotate")
	if err != nil || !strings.Contains(out, "publish it within 30s, and sign with it in 15m") {
		t.Errorf("%q, %v", out, err)
	}
	s.SignUp(t, "client@example.com")
	s.Login(t, "client@example.com", authtest.Password)
}

func TestCommandsThatFail(t *testing.T) {
	s := authtest.Start(t)
	set(t, s.Config)
	if _, err := auths(t, "user grant-role --email agent@example.com --role agent"); err == nil || !strings.HasPrefix(err.Error(), "AUTH_REGISTRY_URL") {
		t.Errorf("a role without the services' registry: got %v", err)
	}
	if _, err := auths(t, "serve"); err == nil || !strings.HasPrefix(err.Error(), "AUTH_REGISTRY_URL") {
		t.Errorf("serve: got %v", err)
	}
	t.Setenv("AUTH_REGISTRY_URL", "redis://127.0.0.1:1")
	for line, want := range map[string]string{
		"boil":                          "usage",
		"user":                          "usage",
		"keys":                          "usage",
		"keys rotate now":               "usage",
		"user grant-role":               "usage",
		"user grant-role --role agent":  "usage",
		"user grant-role --colour blue": "usage",
		"user grant-role --email nobody@example.com --role agent":         "nobody has signed up with the email",
		"user grant-role --email nobody@example.com --role administrator": "there is no role",
	} {
		if _, err := auths(t, line); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v", line, err)
		}
	}
	t.Setenv("AUTH_BYCRYPT_COST", "12")
	if _, err := auths(t, "config"); err == nil || !strings.Contains(err.Error(), "AUTH_BYCRYPT_COST") {
		t.Errorf("misspelt setting: got %v", err)
	}
}

// A command that is pointed at the wrong place says so, instead of making a store there and reporting success.
func TestCommandsMakeNoStore(t *testing.T) {
	cfg := authtest.Config(t)
	set(t, cfg)
	t.Setenv("AUTH_REGISTRY_URL", "redis://127.0.0.1:1")
	file := strings.TrimPrefix(cfg.StoreURL, "sqlite:")
	for _, line := range []string{"keys rotate", "user grant-role --email agent@example.com --role agent"} {
		if _, err := auths(t, line); err == nil || !strings.HasPrefix(err.Error(), "AUTH_STORE_URL: there is no file") {
			t.Errorf("%s: got %v", line, err)
		}
		if _, err := os.Stat(file); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s: %v", line, err)
		}
	}
}

func TestRegistryOfOneProcessIsRefused(t *testing.T) {
	set(t, authtest.Config(t))
	t.Setenv("AUTH_REGISTRY_URL", "memory:")
	if _, err := auths(t, "serve"); err == nil || !strings.HasPrefix(err.Error(), `AUTH_REGISTRY_URL has the scheme "memory"`) {
		t.Errorf("got %v", err)
	}
}

// One sentence names the key, and shows no password; config says what serve says.
func TestEnginesThatCannotBeUsed(t *testing.T) {
	for key, value := range map[string]string{
		"AUTH_REGISTRY_URL": "memcached://u:hunter2@host", "AUTH_NATS_URL": "http://u:hunter2@host", "AUTH_STORE_URL": "postgres://u:hunter2@host/x",
		"AUTH_SECRET": "", "AUTH_BCRYPT_COST": "9", "AUTH_TRUSTED_PROXIES": "10.1", "AUTH_SMTP_URL": "ftp://u:hunter2@host", "AUTH_LISTEN": "8081",
	} {
		t.Run(key, func(t *testing.T) {
			set(t, authtest.Config(t))
			t.Setenv("AUTH_LISTEN", "127.0.0.1:0")
			t.Setenv("AUTH_REGISTRY_URL", "redis://127.0.0.1:1")
			t.Setenv("AUTH_NATS_URL", "nats://127.0.0.1:1")
			t.Setenv(key, value)
			for _, line := range []string{"serve", "config"} {
				_, err := auths(t, line)
				if err == nil || !strings.HasPrefix(err.Error(), key) || strings.Contains(err.Error(), "hunter2") || strings.Contains(err.Error(), "\n") {
					t.Errorf("%s: got %v", line, err)
				}
			}
		})
	}
}

func TestConfigHidesSecrets(t *testing.T) {
	cfg := authtest.Config(t)
	set(t, cfg)
	t.Setenv("AUTH_REGISTRY_URL", "redis://127.0.0.1:1")
	t.Setenv("AUTH_NATS_URL", "nats://127.0.0.1:1")
	t.Setenv("AUTH_SMTP_URL", "smtp://crm:hunter2@host")
	out, err := auths(t, "config")
	if err != nil || strings.Contains(out, "hunter2") || strings.Contains(out, cfg.Secret) || !strings.Contains(out, "AUTH_BCRYPT_COST=10\n") {
		t.Errorf("%s, %v", out, err)
	}
}

func TestHealthcheck(t *testing.T) {
	s := authtest.Start(t)
	set(t, s.Config)
	t.Setenv("AUTH_LISTEN", strings.TrimPrefix(s.URL, "http://"))
	if _, err := auths(t, "healthcheck"); err != nil {
		t.Error(err)
	}
	t.Setenv("AUTH_LISTEN", "127.0.0.1:1")
	if _, err := auths(t, "healthcheck"); err == nil {
		t.Error("nobody answers, and that is healthy")
	}
}

func TestVersionAndHelp(t *testing.T) {
	for line, want := range map[string]string{
		"version": "", "help": "usage: auth [command]", "user grant-role --help": "usage: auth user grant-role --email EMAIL --role client|agent|admin\n",
	} {
		if out, err := auths(t, line); err != nil || out == "" || !strings.HasPrefix(out, want) {
			t.Errorf("%s: %q, %v", line, out, err)
		}
	}
}
