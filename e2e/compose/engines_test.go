package compose_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/nats-io/nats-server/v2/server"
)

// A token that is evicted or written to a disk could be missed, or come back after it was revoked.
func TestRedisForgetsNothingAndKeepsNothing(t *testing.T) {
	t.Parallel()
	line := strings.Join(project(t).Services["redis"].Command, " ")
	for _, option := range []string{"--maxmemory-policy noeviction", "--save  --appendonly no", "--maxmemory 512mb"} {
		if !strings.Contains(line, option) {
			t.Errorf("%s is missing in %s", option, line)
		}
	}
}

func TestNATSSyncsAlways(t *testing.T) {
	t.Parallel()
	folder := draw(t)
	conf := filepath.Join(folder, "nats.conf")
	if err := os.WriteFile(conf, read(t, "..", "..", "deploy", "nats", "nats.conf"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(filepath.Join(folder, "nats-passwords.conf"), filepath.Join(folder, "passwords.conf")); err != nil {
		t.Fatal(err)
	}
	opts, err := server.ProcessConfigFile(conf)
	if err != nil {
		t.Fatal(err)
	}
	want(t, "sync_interval: always", opts.SyncAlways, true)
	want(t, "accounts", len(opts.Accounts), 3)
}

// The rights that deploy/docker/secrets gives are those with which the registry's own tests run on a real Redis.
func TestRedisUsersMayDoWhatIsTestedAndNoMore(t *testing.T) {
	t.Parallel()
	tests := string(read(t, "..", "..", "pkg", "registry", "redis", "wire_test.go"))
	users := string(read(t, draw(t), "redis.conf"))
	for user, tested := range map[string]string{
		"auth": `const rights = "([^"]+)"`, "ticket": `const ticketRights = "([^"]+)"`,
	} {
		rights := find(t, tests, tested)
		got := find(t, users, `(?m)^user `+user+` on >\S+ (.+)$`)
		wanted := "~at:* ~th:* resetchannels -@all " + rights
		if user == "ticket" {
			wanted = rights
		}
		want(t, user, got, wanted)
	}
	want(t, "without a password", find(t, users, `(?m)^user default (.+)$`), "on nopass resetkeys resetchannels -@all +ping")
}

// Every file that the deployment mounts is one that deploy/docker/secrets draws, and it draws them once.
func TestSecretsAreDrawnOnce(t *testing.T) {
	t.Parallel()
	folder := draw(t)
	for name, secret := range project(t).Secrets {
		if _, err := os.Stat(filepath.Join(folder, filepath.Base(secret.File))); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	before := read(t, folder, "redis.conf")
	secrets(t, folder)
	want(t, "drawn again", string(read(t, folder, "redis.conf")), string(before))
	info, err := os.Stat(folder)
	want(t, "the folder is its owner's", err == nil && info.Mode().Perm() == 0o700, true)
}

func draw(t *testing.T) string {
	t.Helper()
	folder := filepath.Join(t.TempDir(), "secrets")
	secrets(t, folder)
	return folder
}

func secrets(t *testing.T, folder string) {
	t.Helper()
	script := filepath.Join("..", "..", "deploy", "docker", "secrets")
	if out, err := exec.CommandContext(t.Context(), script, folder).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
}

func read(t *testing.T, path ...string) []byte {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(path...))
	if err != nil {
		t.Fatal(err)
	}
	return content
}

func find(t *testing.T, text, pattern string) string {
	t.Helper()
	found := regexp.MustCompile(pattern).FindStringSubmatch(text)
	if found == nil {
		t.Fatalf("no %s", pattern)
	}
	return found[1]
}
