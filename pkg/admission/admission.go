// Package admission authorizes the requests of other accounts for consumers. NATS maps these requests to guard.>. Authorize
// sends those that are allowed to JetStream.
package admission

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
	guard        = "guard" // requests arrive on guard.CREATE.<stream>… and guard.DURABLE.<stream>.<name>
	answerWithin = 5 * time.Second
	maxAtOnce    = 8        // requests under way, since one may hang
	maxBytes     = 16 << 10 // of a request: the server keeps metadata and filters for as long as the consumer

	// reserved is how many of the account's consumers are left for the service itself. The erasure of deleted accounts always
	// gets its consumer: permissions keep that name for the ticket service.
	reserved = 50
	erasure  = "ticket-erasure"

	// ServicePrefix begins the names of the consumers by which a service reads its own stream. Nobody else gets such a name.
	ServicePrefix = "follow-"
)

// apiSubject maps requests to JetStream's own subjects.
var apiSubject = strings.NewReplacer(
	guard+".CREATE.", "$JS.API.CONSUMER.CREATE.", guard+".DURABLE.", "$JS.API.CONSUMER.DURABLE.CREATE.")

// Authorize lets other accounts have pull consumers of these streams, for as long as the connection lives. Of several
// processes one answers each request, a few at a time in any order.
//
// Push consumers are refused: they deliver to any subject with the server's own rights. To a stream's subject one would
// forge an event, to $JS.API.… it would give orders. No setting of the server refuses them, since the kind of a consumer
// stands in the body of the request.
func Authorize(conn *nats.Conn, streams ...string) error {
	var answers errgroup.Group // nobody waits for it
	answers.SetLimit(maxAtOnce)
	for _, stream := range streams {
		for _, subject := range []string{guard + ".*." + stream, guard + ".*." + stream + ".>"} {
			if _, err := conn.QueueSubscribe(subject, guard, func(m *nats.Msg) {
				answers.Go(func() error { answer(conn, m); return nil })
			}); err != nil {
				return fmt.Errorf("listen for consumers of stream %s: %w", stream, err)
			}
		}
	}
	return nil
}

func answer(conn *nats.Conn, m *nats.Msg) {
	allowed, why := authorize(m.Subject, m.Data, func() bool { return hasRoom(conn) })
	if why != "" {
		refuse(m, 403, why)
		return
	}
	reply, err := conn.Request(apiSubject.Replace(m.Subject), allowed, answerWithin)
	if err != nil {
		refuse(m, 503, "JetStream does not answer")
		return
	}
	_ = m.Respond(reply.Data)
}

// request is one for a consumer.
type request struct {
	Stream   string `json:"stream_name"`
	Config   config `json:"config"`
	Action   string `json:"action,omitempty"`
	Pedantic bool   `json:"pedantic,omitempty"`
}

// config leaves out members that the request does not have: the client library and the server have different defaults.
type config struct {
	jetstream.ConsumerConfig
	AckPolicy *jetstream.AckPolicy `json:"ack_policy,omitempty"`
}

// hasRoom asks JetStream whether others may have one more consumer. Without an answer it says yes: the request itself will
// not be answered either.
func hasRoom(conn *nats.Conn) bool {
	var account jetstream.AccountInfo
	reply, err := conn.Request("$JS.API.INFO", nil, answerWithin)
	if err != nil || json.Unmarshal(reply.Data, &account) != nil || account.Limits.MaxConsumers <= 0 {
		return true
	}
	return account.Consumers < account.Limits.MaxConsumers-reserved
}

// authorize returns the request as it was understood, not the bytes that came: the server may read those in another way. Or it
// returns a sentence that says why the request is refused. Without room a request may only change a consumer that exists.
func authorize(subject string, data []byte, room func() bool) (allowed []byte, why string) {
	if len(data) > maxBytes {
		return nil, "The request is longer than 16 KiB."
	}
	var r request
	if err := json.Unmarshal(data, &r); err != nil {
		return nil, "The request cannot be read."
	}
	if why := r.refusal(subject); why != "" {
		return nil, why
	}
	if name(subject) != erasure && !room() {
		if r.Action == "create" {
			return nil, "There are too many consumers: delete one that nobody uses any more."
		}
		r.Action = "update"
	}
	r.Config.PauseUntil = r.pauses()
	allowed, err := json.Marshal(r)
	if err != nil {
		return nil, "The request cannot be read."
	}
	return allowed, ""
}

// name is the consumer's name in the subject of a request, if there is one.
func name(subject string) string {
	if tokens := strings.Split(subject, "."); len(tokens) > 3 {
		return tokens[3]
	}
	return ""
}

// refusal is "" for a pull consumer without pause and priorities. A pause stops everybody who uses the consumer, and no later
// change ends it.
func (r request) refusal(subject string) string {
	switch c := r.Config; {
	case c.DeliverSubject != "":
		return "Push consumers are not allowed here: make a pull consumer, which has no deliver_subject."
	case r.pauses() != nil || c.PriorityPolicy != jetstream.PriorityPolicyNone || len(c.PriorityGroups) > 0:
		return "A consumer here may not have a pause or priorities."
	case !r.named(subject):
		return "The name of the consumer must be that in the subject of the request, and must not begin with " + ServicePrefix + "."
	}
	return ""
}

// pauses tells until when the consumer would deliver nothing. The nats command line sends the year 1 for no pause.
func (r request) pauses() *time.Time {
	if until := r.Config.PauseUntil; until != nil && !until.IsZero() {
		return until
	}
	return nil
}

// named tells whether the body has the same name as the subject, since permissions were checked for the subject, and not the
// name of a service's consumer.
func (r request) named(subject string) bool {
	if strings.HasPrefix(name(subject), ServicePrefix) {
		return false
	}
	is := func(n string) bool { return n == name(subject) || n == "" }
	return is(r.Config.Name) && is(r.Config.Durable)
}

func refuse(m *nats.Msg, code int, why string) {
	_ = m.Respond(fmt.Appendf(nil, `{"type":"io.nats.jetstream.api.v1.consumer_create_response","error":{"code":%d,"description":%q}}`, code, why))
}
