package redis_test

import (
	"bufio"
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"crm.example/pkg/registry"
	"crm.example/pkg/registry/redis"
	"crm.example/pkg/testenv"
)

// client is a bare one, to look behind the registry.
func client(t testing.TB, url string) *goredis.Client {
	t.Helper()
	url, _, _ = strings.Cut(url, "?")
	o, err := goredis.ParseURL(url)
	check(t, err)
	c := goredis.NewClient(o)
	t.Cleanup(func() { _ = c.Close() })
	return c
}

// TestCheckIsOneRoundTrip lets Redis tell what it was sent.
func TestCheckIsOneRoundTrip(t *testing.T) {
	t.Parallel()
	server := testenv.StartRedis(t)
	r := open(t, server.URL, patient)
	calls := map[string]func() error{
		"register":       func() error { return r.Register(t.Context(), token("a", "u")) },
		"accept":         func() error { _, err := r.Accept(t.Context(), "u", "a"); return err },
		"accepted":       func() error { _, err := r.Accepted(t.Context(), "u", "s", 0); return err },
		"remove":         func() error { return r.Remove(t.Context(), "u", "b") },
		"revoke session": func() error { return r.RevokeSession(t.Context(), "u", "x") },
		"revoke user":    func() error { return r.RevokeUser(t.Context(), "u", 0) },
		"take":           func() error { _, _, err := r.Take(t.Context(), "k", 1, time.Hour); return err },
		"return":         func() error { return r.Return(t.Context(), "k") },
	}
	for _, call := range calls {
		check(t, call()) // the server knows the scripts from now on
	}
	sent := monitor(t, server.Addr)
	for name, call := range calls {
		for range 3 {
			check(t, call())
			if command := sent(); !strings.Contains(command, `"evalsha"`) {
				t.Errorf("%s sends %s", name, command)
			}
		}
	}
	raw := client(t, server.URL)
	check(t, raw.Echo(t.Context(), "end").Err())
	for command := sent(); !strings.Contains(command, `"echo"`); command = sent() {
		if strings.Contains(command, "eval") {
			t.Errorf("one more: %s", command)
		}
	}
}

// monitor gives the commands of clients, one after the other, without those of scripts.
func monitor(t *testing.T, addr string) func() string {
	t.Helper()
	conn, err := net.Dial("tcp", addr)
	check(t, err)
	t.Cleanup(func() { _ = conn.Close() })
	check(t, conn.SetDeadline(time.Now().Add(time.Minute)))
	_, err = fmt.Fprint(conn, "MONITOR\r\n")
	check(t, err)
	lines := bufio.NewScanner(conn)
	next := func() string {
		for lines.Scan() {
			if !strings.Contains(lines.Text(), " lua] ") {
				return lines.Text()
			}
		}
		t.Fatalf("the monitor ended: %v", lines.Err())
		return ""
	}
	if said := next(); said != "+OK" {
		t.Fatalf("MONITOR = %s", said)
	}
	return next
}

// rights are those that the package's comment asks for.
const rights = "+eval +evalsha +info +time +hget +hmget +hgetall +hset +hdel +del +pexpireat +get +set +incr +decr +pttl"

// allow makes a user who may do no more than that, and gives the URL with it.
func allow(t *testing.T, server *testenv.Server, more string) string {
	t.Helper()
	return allowOnly(t, server, rights+more)
}

func allowOnly(t *testing.T, server *testenv.Server, rights string) string {
	t.Helper()
	command := []any{"ACL", "SETUSER", "crm", "reset", "on", ">pass", "~at:*", "~th:*", "~test*"}
	for right := range strings.FieldsSeq(rights) {
		command = append(command, right)
	}
	check(t, client(t, server.URL).Do(t.Context(), command...).Err())
	return strings.Replace(server.URL, "redis://", "redis://crm:pass@", 1)
}

func TestLeastRights(t *testing.T) {
	t.Parallel()
	server := testenv.StartRedis(t)
	for _, url := range []string{allow(t, server, ""), allow(t, server, " +select") + "/3"} {
		r := open(t, url, patient)
		for name, err := range everyCall(t.Context(), r) {
			if err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
		check(t, r.Ready(t.Context()))
	}
}

// ticketRights are those of a service that checks tokens and has throttles of its own.
const ticketRights = "~at:* resetchannels -@all +eval +evalsha +info +time +hmget +hset (~th:{ticket-* +eval +evalsha +get +set +incr +decr +pttl)"

// A service that only checks tokens needs less, and then can neither end one nor touch the throttles of another service.
func TestLeastRightsOfWhoOnlyChecks(t *testing.T) {
	t.Parallel()
	server := testenv.StartRedis(t)
	check(t, open(t, allow(t, server, ""), patient).Register(t.Context(), token("a", "u")))
	rights, selector, _ := strings.Cut(ticketRights, " (")
	command := []any{"ACL", "SETUSER", "ticket", "reset", "on", ">pass"}
	for right := range strings.FieldsSeq(rights) {
		command = append(command, right)
	}
	check(t, client(t, server.URL).Do(t.Context(), append(command, "("+selector)...).Err())
	r := open(t, strings.Replace(server.URL, "redis://", "redis://ticket:pass@", 1), patient)
	check(t, r.Ready(t.Context()))
	wantAccept(t, r, "u", "a", true)
	if standings := r.Standings(t.Context(), []registry.Token{token("a", "u")}); standings[0] != registry.Counts {
		t.Errorf("Standings = %v", standings)
	}
	for what, err := range map[string]error{"revoke": r.RevokeUser(t.Context(), "u", 9), "remove": r.Remove(t.Context(), "u", "a"), "return": r.Return(t.Context(), "login:k")} {
		if err == nil {
			t.Errorf("it may %s", what)
		}
	}
	wantAccept(t, r, "u", "a", true)
	if _, _, err := r.Take(t.Context(), "login:k", 1, time.Hour); err == nil {
		t.Error("it may count logins")
	}
	for _, want := range []int{1, 0, -1} {
		if left, _, err := r.Take(t.Context(), "ticket-open:u", 2, time.Hour); err != nil || left != want {
			t.Errorf("%d are left, %v, want %d", left, err, want)
		}
	}
	check(t, r.Return(t.Context(), "ticket-open:u"))
	raw := client(t, strings.Replace(server.URL, "redis://", "redis://ticket:pass@", 1))
	for what, err := range map[string]error{
		"read tokens": raw.Do(t.Context(), "GET", "at:{u}").Err(), "write other keys": raw.Set(t.Context(), "x", 1, 0).Err(), "read throttles of others": raw.Get(t.Context(), "th:{login:k}").Err(),
	} {
		if err == nil || !strings.Contains(err.Error(), "NOPERM") {
			t.Errorf("it may %s: %v", what, err)
		}
	}
}

// TestScriptsComeBack: a server that has lost the scripts gets them again.
func TestScriptsComeBack(t *testing.T) {
	t.Parallel()
	server := testenv.StartRedis(t)
	r := open(t, server.URL, patient)
	check(t, r.Register(t.Context(), token("a", "u")))
	check(t, client(t, server.URL).ScriptFlush(t.Context()).Err())
	wantAccept(t, r, "u", "a", true)
}

func TestURL(t *testing.T) {
	t.Parallel()
	for url, want := range map[string]string{
		"redis://host": "",
		"rediss://user:pass@host:6379/3?prefix=a:": "",
		"redis://:p%23@[::1]:6379":                 "",
		"redis://host?cluster=true&addr=b:1":       "",
		"":                                         "has the scheme",
		"memory:":                                  "has the scheme",
		"host:6379":                                "has the scheme",
		"redis:host":                               "is not a URL",
		"redis://:secret@":                         "is not a URL",
		"redis://u:sec/ret@host:1/2":               "is not a URL",
		"redis://u:sec#ret@host:1/2":               "is not a URL",
		"redis://a:1,b:2":                          "is not a URL",
		"redis://host/secret":                      "is not a URL",
		"redis://host?cluster=secret":              "must be true or false",
		"redis://host/1?cluster=true":              "a cluster has only 0",
		"redis://host?addr=b:1":                    "needs cluster=true",
		"redis://host?prefix={secret}":             "may have only letters",
		"redis://host?max_retries=9":               `has the parameter "max_retries"`,
	} {
		_, err := redis.Open(url, redis.Options{})
		switch {
		case (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want):
			t.Errorf("%q: %v, want %s", url, err, want)
		case err != nil && strings.Contains(err.Error(), "sec") && !strings.Contains(url, "?"):
			t.Errorf("%q is shown: %v", url, err)
		}
	}
}
