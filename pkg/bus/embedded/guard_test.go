package embedded_test

import (
	"encoding/json"
	"testing"

	"github.com/nats-io/nats-server/v2/server"

	"crm.example/pkg/bus/embedded"
)

// Whatever is admitted makes no push consumer, however often and in whatever case its subject was named.
func FuzzAdmit(f *testing.F) {
	for _, seed := range []string{
		`{"stream_name":"CRM_USERS","config":{"durable_name":"d","ack_policy":"explicit","filter_subjects":["crm.>"]},"action":""}`,
		`{"config":{"deliver_subject":"crm.user.x"}}`, `{"config":{"deliver_subject":"","Deliver_Subject":"crm.user.x"}}`,
		`{"config":{"deliver_subject":"crm.user.x"},"config":{}}`, `{"Config":{"DELIVER_SUBJECT":"$JS.API.STREAM.DELETE.CRM_USERS"},"config":{}}`,
		`[]`, `{"config":null}`, `{"config":{"deliver_policy":"by_start_time","opt_start_time":"2026-01-31T09:30:00Z"}}`, "{}{}",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		wish, ok := embedded.Admit(data)
		if !ok {
			return
		}
		var read server.CreateConsumerRequest
		if err := json.Unmarshal(wish, &read); err != nil || read.Config.DeliverSubject != "" {
			t.Errorf("%q was admitted as %q (%v)", data, wish, err)
		}
	})
}
