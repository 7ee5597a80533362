package admission_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/nats-io/nats-server/v2/server"

	"crm.example/pkg/admission"
)

func room() bool { return true }

// Whatever is authorized makes no push consumer, however often and in whatever case its subject was named, and has the
// name of the subject.
func FuzzAuthorize(f *testing.F) {
	for _, seed := range []string{
		`{"stream_name":"CRM_USERS","config":{"durable_name":"d","ack_policy":"explicit","filter_subjects":["crm.>"]},"action":""}`,
		`{"config":{"deliver_subject":"crm.user.x"}}`, `{"config":{"deliver_subject":"","Deliver_Subject":"crm.user.x"}}`,
		`{"config":{"deliver_subject":"crm.user.x"},"config":{}}`, `{"Config":{"DELIVER_SUBJECT":"$JS.API.STREAM.DELETE.CRM_USERS"},"config":{}}`,
		`[]`, `{"config":null}`, `{"config":{"deliver_policy":"by_start_time","opt_start_time":"2026-01-31T09:30:00Z"}}`, "{}{}",
		`{"config":{"name":"d","NAME":"other"}}`, `{"config":{"durable_name":"d","DURABLE_NAME":"other"}}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		request, why := admission.Request("guard.CREATE.CRM_USERS.d.crm.>", data, room)
		if why != "" {
			return
		}
		var read server.CreateConsumerRequest
		err := json.Unmarshal(request, &read)
		name := func(n string) bool { return n == "" || n == "d" }
		if err != nil || read.Config.DeliverSubject != "" || !name(read.Config.Name) || !name(read.Config.Durable) {
			t.Errorf("%q was authorized as %q (%v)", data, request, err)
		}
	})
}

// The nats command line says of every consumer that it pauses until the year 1, which is no pause, and JetStream does not hear of it.
func TestRequestOfTheCommandLine(t *testing.T) {
	t.Parallel()
	for until, allowed := range map[string]bool{"0001-01-01T00:00:00Z": true, "0001-01-01T00:00:01Z": false, "2999-01-01T00:00:00Z": false} {
		request, why := admission.Request("guard.CREATE.S.d.f", []byte(`{"stream_name":"S","config":{"durable_name":"d","name":"d","pause_until":"`+until+`"},"action":""}`), room)
		if (why == "") != allowed || strings.Contains(string(request), "pause") {
			t.Errorf("a pause until %s: %q, %s", until, why, request)
		}
	}
}

// What is not said stays unsaid: the server fills it in.
func TestRequestStaysWhatItWas(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		`{"stream_name":"S","config":{}}`,
		`{"stream_name":"S","config":{"ack_policy":"explicit","deliver_policy":"last","filter_subjects":["a","b"],"inactive_threshold":300000000000,"mem_storage":true},"action":"create"}`,
		`{"stream_name":"S","config":{"durable_name":"d","ack_policy":"all","ack_wait":1000,"max_deliver":3,"backoff":[1,2],"metadata":{"a":"b"},"max_ack_pending":1},"action":"update"}`,
	} {
		request, why := admission.Request("guard.CREATE.S.d", []byte(text), room)
		var before, after server.CreateConsumerRequest
		if err := json.Unmarshal([]byte(text), &before); err != nil || why != "" {
			t.Fatal(text, err, why)
		}
		if err := json.Unmarshal(request, &after); err != nil {
			t.Fatal(err)
		}
		was, _ := json.Marshal(before)
		if is, _ := json.Marshal(after); string(was) != string(is) {
			t.Errorf("%s became %s", was, is)
		}
	}
}

// A refusal is one sentence that says what to do.
func TestRefusals(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		`{"config":{"deliver_subject":"my.inbox"},"action":"create"}`:         "Push consumers are not allowed here: make a pull consumer, which has no deliver_subject.",
		`{"config":{"priority_groups":["a"]},"action":"create"}`:              "A consumer here may not have a pause or priorities.",
		`{"config":{"name":"other"},"action":"create"}`:                       "The name of the consumer must be that in the subject of the request, and must not begin with follow-.",
		`{"config":{"metadata":{"a":"` + strings.Repeat("b", 16<<10) + `"}}}`: "The request is longer than 16 KiB.",
		`[]`:                              "The request cannot be read.",
		`{"config":{},"action":"create"}`: "There are too many consumers: delete one that nobody uses any more.",
	} {
		if _, why := admission.Request("guard.CREATE.S.d", []byte(text), func() bool { return false }); why != want {
			t.Errorf("%.60s: %q, want %q", text, why, want)
		}
	}
}
