package bus

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"golang.org/x/sync/errgroup"
)

const (
	admission   = "guard" // what others' wishes arrive on: guard.CREATE.<stream>…, guard.DURABLE.<stream>.<name>
	admitWithin = 5 * time.Second
	mostWishes  = 8        // are under way at a time, since one may hang
	maxWish     = 16 << 10 // in bytes: metadata and filters are kept in memory and on disk for as long as the consumer

	// kept of the consumers that the account may have are reserved for the service, which follows its own stream with some.
	// The erasure of deleted accounts always gets its consumer: permissions keep that name for the ticket service.
	kept    = 50
	erasure = "ticket-erasure"
	follows = "follow-" // begins the names of the consumers by which a service follows its own stream
)

// admitted maps wishes to JetStream's own subjects.
var admitted = strings.NewReplacer(
	admission+".CREATE.", "$JS.API.CONSUMER.CREATE.", admission+".DURABLE.", "$JS.API.CONSUMER.DURABLE.CREATE.")

// Admit lets accounts whose wishes for a consumer are mapped to guard.> have consumers of these streams that they pull
// from, for as long as the connection lives; of several processes one answers each, some at a time in any order. A push consumer delivers to any subject
// with the server's own rights: to one that a stream listens on it would forge an event, to $JS.API.… give orders. No
// setting of the server refuses it, since what a consumer is stands in the body of the wish.
func Admit(conn *nats.Conn, streams ...string) error {
	var answers errgroup.Group // that nobody waits for
	answers.SetLimit(mostWishes)
	for _, stream := range streams {
		for _, subject := range []string{admission + ".*." + stream, admission + ".*." + stream + ".>"} {
			if _, err := conn.QueueSubscribe(subject, admission, func(m *nats.Msg) {
				answers.Go(func() error { answer(conn, m); return nil })
			}); err != nil {
				return fmt.Errorf("listen for consumers of stream %s: %w", stream, err)
			}
		}
	}
	return nil
}

func answer(conn *nats.Conn, m *nats.Msg) {
	allowed, ok := admit(m.Subject, m.Data, func() bool { return room(conn) })
	if !ok {
		refuse(m, 403, "only pull consumers without pause and priorities may be made here, under the name of the subject, in 16 KiB, and while there is room")
		return
	}
	reply, err := conn.Request(admitted.Replace(m.Subject), allowed, admitWithin)
	if err != nil {
		refuse(m, 503, "JetStream does not answer")
		return
	}
	_ = m.Respond(reply.Data)
}

// wish is a request for a consumer.
type wish struct {
	Stream   string `json:"stream_name"`
	Config   wished `json:"config"`
	Action   string `json:"action,omitempty"`
	Pedantic bool   `json:"pedantic,omitempty"`
}

// wished leaves out what was not said: the client library and the server begin from different policies.
type wished struct {
	jetstream.ConsumerConfig
	AckPolicy *jetstream.AckPolicy `json:"ack_policy,omitempty"`
}

// room asks JetStream whether others may have one more consumer. Without an answer there is room: the wish will meet the
// same silence.
func room(conn *nats.Conn) bool {
	var account jetstream.AccountInfo
	reply, err := conn.Request("$JS.API.INFO", nil, admitWithin)
	if err != nil || json.Unmarshal(reply.Data, &account) != nil || account.Limits.MaxConsumers <= 0 {
		return true
	}
	return account.Consumers < account.Limits.MaxConsumers-kept
}

// admit returns what it has read of a wish, not the bytes that came: those may read otherwise to others. Without room it
// makes of it a wish to change a consumer that is there.
func admit(subject string, data []byte, room func() bool) (allowed []byte, ok bool) {
	if len(data) > maxWish {
		return nil, false
	}
	var w wish
	if err := json.Unmarshal(data, &w); err != nil || !w.modest() || !w.named(subject) {
		return nil, false
	}
	if name(subject) != erasure && !room() {
		if w.Action == "create" {
			return nil, false
		}
		w.Action = "update"
	}
	w.Config.PauseUntil = w.pauses()
	allowed, err := json.Marshal(w)
	return allowed, err == nil
}

// name is that of the consumer in the subject of a wish, if there is one.
func name(subject string) string {
	if tokens := strings.Split(subject, "."); len(tokens) > 3 {
		return tokens[3]
	}
	return ""
}

// modest tells whether the consumer delivers to who pulls, to all of them and at once: one that pauses would do so for
// everybody who finds it, and no later change of it ends that.
func (w wish) modest() bool {
	c := w.Config
	return c.DeliverSubject == "" && w.pauses() == nil && c.PriorityPolicy == jetstream.PriorityPolicyNone && len(c.PriorityGroups) == 0
}

// pauses is until when the consumer would do nothing; the nats command line says the year 1 where it means not at all.
func (w wish) pauses() *time.Time {
	if until := w.Config.PauseUntil; until != nil && !until.IsZero() {
		return until
	}
	return nil
}

// named tells whether the names are that of the subject, by which permissions keep some for others, and no service's.
func (w wish) named(subject string) bool {
	if strings.HasPrefix(name(subject), follows) {
		return false
	}
	is := func(n string) bool { return n == name(subject) || n == "" }
	return is(w.Config.Name) && is(w.Config.Durable)
}

func refuse(m *nats.Msg, code int, why string) {
	_ = m.Respond(fmt.Appendf(nil, `{"type":"io.nats.jetstream.api.v1.consumer_create_response","error":{"code":%d,"description":%q}}`, code, why))
}
