package main_test

import (
	"regexp"
	"strings"
	"testing"
)

// The demo fills a fresh folder with what people see when they log in, says whose passwords it made, and leaves any other folder alone.
func TestDemo(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	out, code := p.tell("demo")
	password := regexp.MustCompile(`password is (\S+)`).FindStringSubmatch(out)
	if code != 0 || password == nil || !strings.Contains(out, "admin   amber@example.com") || !strings.Contains(out, "birch@example.org") {
		t.Fatalf("exit code %d: %s", code, out)
	}
	if again, code := p.tell("demo"); code == 0 || !strings.Contains(again, "wants a fresh folder") {
		t.Errorf("once more: exit code %d: %s", code, again)
	}
	p.start()
	c := newClient(p)
	var in struct {
		AccessJWT string
		User      struct{ Role string }
	}
	if err := c.call("POST", "/v1/user/login", map[string]string{"email": "amber@example.com", "password": password[1]}, &in, 200); err != nil || in.User.Role != "admin" {
		t.Fatalf("%v, %+v", err, in.User)
	}
	c.access = in.AccessJWT
	var page struct {
		Items []struct{ ClientName, Status string }
	}
	if err := c.call("GET", "/v1/ticket?limit=100", nil, &page, 200); err != nil || len(page.Items) != 100 {
		t.Errorf("%d tickets, %v", len(page.Items), err)
	}
	eventually(t, "everybody is announced", func() bool { return countUserEvents(t, p.nats) == 19+4 })
}
