package config_test

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"crm.example/pkg/config"
)

type settings struct {
	Listen   string        `mapstructure:"listen" doc:"address | port to listen on"`
	Cost     int           `mapstructure:"bcrypt_cost" doc:"cost of a hash"`
	Debug    bool          `mapstructure:"debug" doc:"log more"`
	Window   time.Duration `mapstructure:"reopen-window" doc:"how long"`
	Origins  []string      `mapstructure:"origins" doc:"who may"`
	StoreURL string        `mapstructure:"store_url" doc:"where"`
	Secret   string        `mapstructure:"secret" secret:"true" doc:"32 bytes"`
}

func defaults() settings {
	return settings{Listen: ":8081", Cost: 12, Window: 336 * time.Hour, Origins: []string{"*"}, StoreURL: "sqlite:./data/x.db"}
}

// load sets the variables for this test only, which is why these tests do not run in parallel.
func load(t *testing.T, env map[string]string) (settings, error) {
	t.Helper()
	for name, value := range env {
		t.Setenv(name, value)
	}
	cfg := defaults()
	return cfg, config.Load("DEMO", &cfg)
}

func secretFile(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestLoad(t *testing.T) {
	file := secretFile(t, "from a file \n")
	for _, c := range []struct {
		name string
		env  map[string]string
		want func(*settings)
	}{
		{"defaults", nil, func(*settings) {}},
		{"others' variables", map[string]string{"DEMOGRAPHY": "1", "OTHER_LISTEN": "1"}, func(*settings) {}},
		{"each type", map[string]string{
			"DEMO_LISTEN": "127.0.0.1:0", "DEMO_BCRYPT_COST": "10", "DEMO_DEBUG": "true", "DEMO_REOPEN_WINDOW": "90m",
			"DEMO_ORIGINS": "https://a.example, https://b.example,", "DEMO_SECRET": "s",
		}, func(s *settings) {
			*s = settings{"127.0.0.1:0", 10, true, 90 * time.Minute, []string{"https://a.example", "https://b.example"}, s.StoreURL, "s"}
		}},
		{"empty text and list", map[string]string{"DEMO_LISTEN": "", "DEMO_ORIGINS": ""}, func(s *settings) { s.Listen, s.Origins = "", nil }},
		{"secret from a file", map[string]string{"DEMO_SECRET_FILE": file}, func(s *settings) { s.Secret = "from a file " }},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := load(t, c.env)
			want := defaults()
			c.want(&want)
			if len(got.Origins) == 0 {
				got.Origins = nil
			}
			if err != nil || !reflect.DeepEqual(got, want) {
				t.Errorf("Load = %+v, %v\nwant %+v", got, err, want)
			}
		})
	}
}

func TestLoadRefuses(t *testing.T) {
	for _, c := range []struct {
		name, value string
		more        string // the other variable, if two are needed
		says        string
	}{
		{"DEMO_LISTNE", ":1", "", "DEMO_LISTNE is set"},
		{"DEMO_LISTEN_FILE", "/x", "", "DEMO_LISTEN_FILE is set"},
		{"DEMO_BCRYPT_COST", "twelve", "", "DEMO_BCRYPT_COST"},
		{"DEMO_BCRYPT_COST", "", "", "DEMO_BCRYPT_COST"},
		{"DEMO_BCRYPT_COST", "1.5", "", "DEMO_BCRYPT_COST"},
		{"DEMO_DEBUG", "", "", "DEMO_DEBUG"},
		{"DEMO_DEBUG", "perhaps", "", "DEMO_DEBUG"},
		{"DEMO_REOPEN_WINDOW", "14d", "", "DEMO_REOPEN_WINDOW"},
		{"DEMO_REOPEN_WINDOW", "5", "", "DEMO_REOPEN_WINDOW"},
		{"DEMO_SECRET_FILE", "/nonexistent/secret", "", "DEMO_SECRET_FILE"},
		{"DEMO_SECRET_FILE", "/x", "DEMO_SECRET", "both set"},
	} {
		t.Run(c.name+"="+c.value, func(t *testing.T) {
			env := map[string]string{c.name: c.value}
			if c.more != "" {
				env[c.more] = "hidden"
			}
			_, err := load(t, env)
			if err == nil || !strings.Contains(err.Error(), c.says) || strings.Contains(err.Error(), "hidden") {
				t.Errorf("Load: %v, want an error with %q", err, c.says)
			}
		})
	}
}

func TestMarkdown(t *testing.T) {
	t.Parallel()
	cfg := defaults()
	cfg.Secret = "never shown"
	want := `| variable | default | meaning |
|---|---|---|
| ` + "`DEMO_LISTEN` | `:8081`" + ` | address \| port to listen on |
| ` + "`DEMO_BCRYPT_COST` | `12`" + ` | cost of a hash |
| ` + "`DEMO_DEBUG` | `false`" + ` | log more |
| ` + "`DEMO_REOPEN_WINDOW` | `336h`" + ` | how long |
| ` + "`DEMO_ORIGINS` | `*`" + ` | who may |
| ` + "`DEMO_STORE_URL` | `sqlite:./data/x.db`" + ` | where |
| ` + "`DEMO_SECRET` | " + ` | 32 bytes (secret; or ` + "`DEMO_SECRET_FILE`" + ` names a file that holds it) |
`
	if got := config.Markdown("DEMO", cfg); got != want {
		t.Errorf("Markdown:\n%s\nwant\n%s", got, want)
	}
}

func TestMaskedShowsNoSecret(t *testing.T) {
	t.Parallel()
	cfg := defaults()
	cfg.Secret, cfg.StoreURL = "s3cret", "mongodb://crm:s3cr@et@one.example:27017,two.example:27017/crm"
	got := fmt.Sprint(config.Masked("DEMO", &cfg)...)
	if strings.Contains(got, "s3cr") || !strings.Contains(got, "mongodb://crm:***@one.example:27017,two") || !strings.Contains(got, "DEMO_SECRET***") {
		t.Errorf("Masked = %s", got)
	}
	cfg.Secret = ""
	if args := config.Masked("DEMO", cfg); args[len(args)-1] != "" {
		t.Errorf("a secret that is not set is shown as %q", args[len(args)-1])
	}
}
