package documented_test

import (
	"context"
	"errors"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"crm.example/e2e/crm"
	"crm.example/e2e/target"
	"crm.example/pkg/bus"
	"crm.example/pkg/events"
)

// said is what the lines of the pages print, by their beginnings. Those of the first steps are in TestSubscribeByTheReadme, since
// one of them does not end.
var said = []struct{ begins, prints string }{
	{"nats sub ", ""}, {"nats consumer add CRM_TICKETS reader ", ""}, {"nats consumer next ", ""},
	{"nats stream subjects CRM_USERS ", "crm.user.deleted.<deleted>"},
	{"nats stream subjects CRM_TICKETS_DEAD", "dead.ticket.replies.<clientId>.<ticketId>"},
	{"nats stream get CRM_TICKETS_DEAD ", "Crm-Error: no template for this client"},
	{"nats consumer add CRM_TICKETS_DEAD ", "dead.ticket.replies.>"},
	{"nats -s nats://ticket:", "Messages: 0"},
	{"nats consumer info CRM_TICKETS replies", "Redelivered Messages"},
	{"nats consumer report CRM_TICKETS", "replies"},
}

// TestSubscribeLines runs the pages' lines for the nats command line, with the credential of consumers, beside a consumer that has
// given up an event.
func TestSubscribeLines(t *testing.T) {
	t.Parallel()
	if os.Getenv("E2E_NATS_CLI") == "" {
		t.Skip("make subscribe runs it")
	}
	once(t)
	target.Demand(t, "the documents' lines for the nats command line")
	d := deploy(t)
	leaving := crm.New(t, d.Target).SignUpClient("Client Two")
	leaving.Patiently(crm.Request{Method: http.MethodPost, Path: "/v1/user/delete-account", Body: crm.Fields{"password": crm.Password}}).Want(http.StatusNoContent)
	client := crm.New(t, d.Target).SignUpClient("Client One")
	ticket := client.Open("Door", "It is stuck.")
	client.Reply(ticket.ID, "It is the one to the garden.")
	giveUp(t, d.NATSURL)
	words := strings.NewReplacer("<clientId>", client.User.ID, "<ticketId>", ticket.ID, "<deleted>", leaving.User.ID, "<password>@<host>:4222", "t-ticket@"+d.Engine(target.NATS).Address)
	for _, page := range tried["TestSubscribeLines"] {
		for _, command := range commands(t, page) {
			if by, _ := trier(command); by != "TestSubscribeLines" {
				continue
			}
			prints, known := "", false
			for _, s := range said {
				if strings.HasPrefix(command, s.begins) {
					prints, known = words.Replace(s.prints), true
				}
			}
			if !known {
				t.Errorf("%s: nobody says what %q prints", page, command)
			} else if prints != "" {
				natsPrints(t, d.NATSURL, words.Replace(command), prints)
			}
		}
	}
}

// giveUp returns when an event of the durable replies is a dead letter.
func giveUp(t *testing.T, url string) {
	t.Helper()
	conn, err := nats.Connect(url)
	check(t, err)
	t.Cleanup(conn.Close)
	js, err := jetstream.New(conn)
	check(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	go func() {
		_ = bus.Consume(ctx, js, bus.Consumer{Durable: "replies", Limit: 2, First: time.Millisecond}, func(context.Context, events.TicketReplied) error {
			return errors.New("no template for this client")
		})
	}()
	for end := time.Now().Add(time.Minute); ; time.Sleep(20 * time.Millisecond) {
		dead, err := js.Stream(t.Context(), events.TicketDeadStream)
		check(t, err)
		if dead.CachedInfo().State.Msgs > 0 {
			return
		}
		if time.Now().After(end) {
			t.Fatal("there is no dead letter")
		}
	}
}

func natsPrints(t *testing.T, url, command, prints string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "sh", "-c", `"$E2E_NATS_CLI" `+strings.TrimPrefix(command, "nats "))
	home := t.TempDir()
	cmd.Env = append(os.Environ(), "NATS_URL="+url, "HOME="+home, "XDG_CONFIG_HOME="+home)
	if out, err := cmd.CombinedOutput(); err != nil || !strings.Contains(string(out), prints) {
		t.Errorf("%s: %v, want %q\n%s", command, err, prints, out)
	}
}
