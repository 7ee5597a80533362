package storeurl_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"crm.example/pkg/storeurl"
)

// A sentence names the setting and shows no password.
func TestCheck(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"sqlite:./data/x.db": "", "mongodb://u:hunter2@host/crm": "",
		"sqlite:": `X_STORE_URL has the scheme "sqlite"`, "": `X_STORE_URL has the scheme ""`, "postgres://u:hunter2@host/x": `X_STORE_URL has the scheme "postgres"`,
		"mongodb://u:hunter2@host": "X_STORE_URL: it names no database", "mongodb://u:hunter2@:x/crm": "X_STORE_URL: it is no URI",
	} {
		err := storeurl.URL{Setting: "X_STORE_URL", Text: text}.Check()
		if (err == nil) != (want == "") || err != nil && (!strings.HasPrefix(err.Error(), want) || strings.Contains(err.Error(), "hunter2")) {
			t.Errorf("%s: %v, want %q", text, err, want)
		}
	}
}

func TestFileOfAnotherServer(t *testing.T) {
	t.Parallel()
	u := storeurl.URL{Setting: "X_STORE_URL", Text: "sqlite:" + filepath.Join(t.TempDir(), "x.db")}
	if err := u.CheckExists(); err == nil || !strings.HasPrefix(err.Error(), "X_STORE_URL: there is no file") {
		t.Errorf("before: %v", err)
	}
	release, err := u.Own()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := u.Own(); err == nil || !strings.HasPrefix(err.Error(), "X_STORE_URL: ") {
		t.Errorf("a second server: %v", err)
	}
	if path, file := u.File(); !file || os.WriteFile(path, nil, 0o600) != nil || u.CheckExists() != nil {
		t.Errorf("the file %s, %t: %v", path, file, u.CheckExists())
	}
	if err := release(); err != nil {
		t.Error(err)
	}
	shared := storeurl.URL{Setting: "X_STORE_URL", Text: "mongodb://host/crm"}
	for range 2 {
		if _, err := shared.Own(); err != nil {
			t.Error(err)
		}
	}
}
