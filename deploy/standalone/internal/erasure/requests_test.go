package erasure_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"crm.example/pkg/bus/bustest"
	"crm.example/pkg/events"
)

// call sends a request with an access JWT, if there is one, and wants the status.
func (o *office) call(token, method, path, body string, status int, headers ...string) []byte {
	o.t.Helper()
	base := o.authURL
	if strings.HasPrefix(path, "/v1/ticket") {
		base = o.ticketURL
	}
	req, err := http.NewRequestWithContext(o.t.Context(), method, base+path, strings.NewReader(body))
	if err != nil {
		o.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		o.t.Fatal(err)
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != status {
		o.t.Fatalf("%s %s: %d %s, %v", method, path, res.StatusCode, raw, err)
	}
	return raw
}

func (o *office) read(token, path string, into any) {
	o.t.Helper()
	if err := json.Unmarshal(o.call(token, http.MethodGet, path, "", http.StatusOK), into); err != nil {
		o.t.Fatal(err)
	}
}

func (o *office) signUp(name, email string) (token string) {
	o.t.Helper()
	return o.signUpAs(map[string]string{"name": name, "email": email, "password": secretPhrase})
}

func (o *office) signUpAs(profile map[string]string) (token string) {
	o.t.Helper()
	body, _ := json.Marshal(profile) // text is always JSON
	o.call("", http.MethodPost, "/v1/user", string(body), http.StatusCreated)
	return o.logIn(profile["email"], profile["password"])
}

func (o *office) logIn(email, password string) (token string) {
	o.t.Helper()
	var tokens struct{ AccessJWT string }
	raw := o.call("", http.MethodPost, "/v1/user/login", `{"email":"`+email+`","password":"`+password+`"}`, http.StatusOK)
	if err := json.Unmarshal(raw, &tokens); err != nil {
		o.t.Fatal(err)
	}
	return tokens.AccessJWT
}

func (o *office) grant(email string) {
	o.t.Helper()
	if err := o.auth.GrantRole(o.t.Context(), email, "agent"); err != nil {
		o.t.Fatal(err)
	}
}

func (o *office) open(token, subject, message, key string) (id string) {
	o.t.Helper()
	var opened struct{ ID string }
	body, _ := json.Marshal(map[string]string{"subject": subject, "message": message})
	var headers []string
	if key != "" {
		headers = []string{"Idempotency-Key", key}
	}
	if err := json.Unmarshal(o.call(token, http.MethodPost, "/v1/ticket", string(body), http.StatusCreated, headers...), &opened); err != nil {
		o.t.Fatal(err)
	}
	return opened.ID
}

var pinLine = regexp.MustCompile(`PIN: ([0-9]{8})`)

// pin waits for a mail to the address.
func (o *office) pin(email string) (pin string) {
	o.t.Helper()
	eventually(o.t, func() bool {
		files, _ := filepath.Glob(filepath.Join(o.data, "mail", "*.eml"))
		for _, file := range files {
			raw, _ := os.ReadFile(file)
			if found := pinLine.FindSubmatch(raw); found != nil && bytes.Contains(raw, []byte(email)) {
				pin = string(found[1])
			}
		}
		return pin != ""
	}, func() string { return "no mail to " + email })
	return pin
}

// mailed counts the notifier's mails in which the client's word is.
func (o *office) mailed() (mails int) {
	for file := range o.dataFiles(mark) {
		if strings.HasPrefix(file, "file notifier/") && strings.HasSuffix(file, ".eml") {
			mails++
		}
	}
	return mails
}

// consumed waits until no consumer has anything before it or in hand.
func (o *office) consumed() {
	o.t.Helper()
	var busy []string
	eventually(o.t, func() bool {
		busy = nil
		for _, name := range []string{events.UserStream, events.TicketStream} {
			s, err := o.js.Stream(o.t.Context(), name)
			if err != nil {
				o.t.Fatal(err)
			}
			consumers := s.ConsumerNames(o.t.Context())
			for c := range consumers.Name() {
				if !bustest.CaughtUp(o.t.Context(), o.js, name, c) {
					busy = append(busy, c)
				}
			}
			if err := consumers.Err(); err != nil {
				busy = append(busy, err.Error())
			}
		}
		return len(busy) == 0
	}, func() string { return fmt.Sprintf("%v have not done yet", busy) })
}

// published waits for n events of tickets.
func (o *office) published(n uint64) {
	o.t.Helper()
	var there uint64
	eventually(o.t, func() bool {
		s, err := o.js.Stream(o.t.Context(), events.TicketStream)
		if err == nil {
			there = s.CachedInfo().State.Msgs
		}
		return there >= n
	}, func() string { return "events are missing" })
}

// within bounds every wait.
const within = 60 * time.Second

func eventually(t *testing.T, ok func() bool, missing func() string) {
	t.Helper()
	for end := time.Now().Add(within); !ok(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("not in time: %s", missing())
		}
	}
}
