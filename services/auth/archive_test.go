package auth_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"crm.example/pkg/events"
	"crm.example/pkg/problem"
	"crm.example/pkg/testenv"
	"crm.example/services/auth"
	"crm.example/services/auth/internal/authtest"
)

func exported(t *testing.T, cfg auth.Config) string {
	t.Helper()
	var out bytes.Buffer
	if _, err := auth.Export(t.Context(), cfg, &out, false); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// documents are a file without its header, which has the time.
func documents(file string) string {
	_, rest, _ := strings.Cut(file, "\n")
	return rest
}

func imported(t *testing.T, cfg auth.Config, file string) {
	t.Helper()
	done, err := auth.Import(t.Context(), cfg, strings.NewReader(file), false)
	if err != nil || done.There != 0 {
		t.Fatalf("%+v, %v", done, err)
	}
}

// From one store to the other: people log in as before, their sessions are over, and events go on with the next number.
func TestUsersMove(t *testing.T) {
	t.Parallel()
	for name, store := range map[string]func(*testing.T) func(*auth.Config, *auth.Deps){
		"to SQLite":  func(*testing.T) func(*auth.Config, *auth.Deps) { return func(*auth.Config, *auth.Deps) {} },
		"to MongoDB": func(t *testing.T) func(*auth.Config, *auth.Deps) { return inMongoDB(testenv.MongoDB(t)) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			move(t, store(t))
		})
	}
}

func move(t *testing.T, store func(*auth.Config, *auth.Deps)) {
	from := authtest.Start(t)
	user := from.SignUp(t, "client@example.com")
	old := from.Login(t, "client@example.com", authtest.Password)
	from.Do(http.MethodPatch, "/v1/user", `{"company":"Example"}`, authtest.Bearer(old.AccessJWT)...).Want(t, http.StatusOK)
	file := exported(t, from.Config)

	conn := testenv.NATS(t)
	to := authtest.Start(t, store, func(cfg *auth.Config, deps *auth.Deps) {
		deps.NATS, deps.Tokens, deps.Throttle = conn, from.Tokens, from.Tokens // as where a backup goes back
		imported(t, *cfg, file)
		if again := exported(t, *cfg); documents(again) != documents(file) {
			t.Errorf("exported\n%s, imported and exported again\n%s", file, again)
		}
	})
	to.Refresh(old.RefreshJWT).Refused(t, problem.RefreshInvalid)
	to.Do(http.MethodGet, "/v1/user", nil, authtest.Bearer(old.AccessJWT)...).Want(t, http.StatusForbidden)
	authtest.Eventually(t, "the registry has let go of the access JWT", func() bool {
		counts, err := from.Tokens.Accept(t.Context(), user.ID, authtest.AccessOf(t, old.AccessJWT).ID)
		return err == nil && !counts
	})
	tokens := to.Login(t, "client@example.com", authtest.Password)
	if tokens.User.ID != user.ID || tokens.User.Company != "Example" || tokens.User.CreatedAt != user.CreatedAt {
		t.Errorf("it was %+v and is %+v", user, tokens.User)
	}
	to.Do(http.MethodPatch, "/v1/user", `{"company":"Other"}`, authtest.Bearer(tokens.AccessJWT)...).Want(t, http.StatusOK)
	var e events.Envelope
	if err := json.Unmarshal(fetch(t, conn, 1)[0].Data(), &e); err != nil || e.Sequence != "0000000003" || e.Type != "crm.user.updated.v1" {
		t.Errorf("the first event from there is %+v, %v", e, err)
	}
}

// A file says nothing that lets anybody in, besides the slow hashes.
func TestExportHasNoSecretsButHashes(t *testing.T) {
	t.Parallel()
	s := authtest.Start(t)
	s.SignUp(t, "client@example.com")
	s.Login(t, "client@example.com", authtest.Password)
	s.ResetPIN(t, "client@example.com")
	for _, line := range strings.Split(strings.TrimSpace(exported(t, s.Config)), "\n")[1:2] {
		var members map[string]any
		if err := json.Unmarshal([]byte(line), &members); err != nil || len(members) != 12 || members["passwordHash"] == "" {
			t.Errorf("%s, %v", line, err)
		}
	}
}

// What is there is not overwritten, and an import that was cut off goes on.
func TestImportIntoAStoreWithUsers(t *testing.T) {
	t.Parallel()
	from, to := authtest.Start(t), authtest.Config(t)
	for i := range 3 {
		from.SignUp(t, fmt.Sprintf("client%d@example.com", i))
	}
	file := exported(t, from.Config)
	lines := strings.SplitAfter(file, "\n")
	half := strings.Join(lines[:3], "")
	if _, err := auth.Import(t.Context(), to, strings.NewReader(half), false); err == nil || !strings.HasPrefix(err.Error(), "line 4: the file was cut off") {
		t.Errorf("half a file: %v", err)
	}
	if _, err := auth.Import(t.Context(), to, strings.NewReader(file), false); err == nil || !strings.Contains(err.Error(), "--resume") {
		t.Errorf("into a store with users: %v", err)
	}
	if done, err := auth.Import(t.Context(), to, strings.NewReader(file), true); err != nil || done != (auth.Imported{Users: 3, There: 2}) {
		t.Errorf("%+v, %v", done, err)
	}
	if again := exported(t, to); documents(again) != documents(file) {
		t.Errorf("exported\n%s, imported and exported again\n%s", file, again)
	}
	newer := strings.Replace(file, `"version":1,"seq`, `"version":7,"seq`, 1)
	if _, err := auth.Import(t.Context(), to, strings.NewReader(newer), true); err == nil || !strings.Contains(err.Error(), "line 2: the user") {
		t.Errorf("a newer version: %v", err)
	}
}

func TestImportOfLinesThatAreWrong(t *testing.T) {
	t.Parallel()
	from := authtest.Start(t)
	one := from.SignUp(t, "client1@example.com")
	from.SignUp(t, "client2@example.com")
	file := exported(t, from.Config)
	lines := strings.SplitAfter(file, "\n")
	for name, c := range map[string]struct{ file, want string }{
		"twice":            {lines[0] + lines[1] + lines[1] + lines[2], "line 3: the user " + one.ID + " is in the file twice"},
		"an email twice":   {strings.Replace(file, "client2@", "client1@", 1), "line 3: another user has the email"},
		"another spelling": {strings.Replace(file, "client2@", "Client2@", 1), "line 3: email"},
		"an id":            {strings.Replace(file, one.ID, "1", 1), "line 2: id"},
		"a role":           {strings.Replace(file, `"client","company"`, `"root","company"`, 1), "line 2: role"},
		"a hash of a day":  {regexp.MustCompile(`\$2a\$\d\d`).ReplaceAllString(file, "$$2a$$21"), "line 2: passwordHash"},
		"a plain password": {strings.Replace(file, "$2a$", "", 1), "line 2: passwordHash"},
		"no sequence":      {strings.Replace(file, `"sequence":1`, `"sequence":0`, 1), "line 2: sequence"},
		"two things":       {strings.Replace(strings.Replace(file, `"version":1,"seq`, `"version":0,"seq`, 1), `"createdAt":"2`, `"createdAt":"x`, 1), "line 2: version is missing or has a value that the service does not write; createdAt"},
	} {
		if c.file == file {
			t.Fatalf("%s: nothing is wrong", name)
		}
		_, err := auth.Import(t.Context(), authtest.Config(t), strings.NewReader(c.file), false)
		if err == nil || !strings.HasPrefix(err.Error(), c.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
	}
}

// Events that wait are not in the file, and whoever moves wants to know.
func TestExportOfWhatIsSettled(t *testing.T) {
	t.Parallel()
	s := authtest.Start(t) // without NATS
	s.SignUp(t, "client@example.com")
	if _, err := auth.Export(t.Context(), s.Config, &bytes.Buffer{}, true); err == nil || !strings.Contains(err.Error(), "events still wait") {
		t.Errorf("got %v", err)
	}
	none := authtest.Config(t)
	if _, err := auth.Export(t.Context(), none, &bytes.Buffer{}, true); err == nil || !strings.HasPrefix(err.Error(), "AUTH_STORE_URL: there is no file") {
		t.Errorf("got %v", err)
	}
}
