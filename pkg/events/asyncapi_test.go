package events_test

import (
	"encoding/json"
	"maps"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"

	"crm.example/pkg/events"
)

// document is asyncapi.yaml with its references followed.
type document map[string]any

func asyncAPI(t *testing.T) document {
	t.Helper()
	raw, err := yaml.YAMLToJSONStrict(events.AsyncAPI)
	if err != nil {
		t.Fatal(err)
	}
	return object(t, raw)
}

// at walks down, following references on the way.
func (d document) at(t *testing.T, keys ...string) any {
	t.Helper()
	var node any = map[string]any(d)
	for i, key := range keys {
		o, _ := node.(map[string]any)
		next, ok := o[key]
		if !ok {
			t.Fatalf("asyncapi.yaml has no %s", strings.Join(keys[:i+1], "/"))
		}
		node = d.follow(t, next)
	}
	return node
}

func (d document) follow(t *testing.T, node any) any {
	t.Helper()
	if o, ok := node.(map[string]any); ok {
		if ref, ok := o["$ref"].(string); ok {
			return d.at(t, strings.Split(strings.TrimPrefix(ref, "#/"), "/")...)
		}
	}
	return node
}

func keysOf(t *testing.T, node any) []string {
	t.Helper()
	o, ok := node.(map[string]any)
	if !ok {
		t.Fatalf("%v is no object", node)
	}
	return slices.Sorted(maps.Keys(o))
}

func TestAsyncAPIIsServedFromDocs(t *testing.T) {
	t.Parallel()
	linked, err := os.ReadFile("../../docs/asyncapi.yaml")
	if err != nil || string(linked) != string(events.AsyncAPI) {
		t.Errorf("docs/asyncapi.yaml is not pkg/events/asyncapi.yaml: %v", err)
	}
}

// Every type of event has a channel, an operation and a message, and there are no others.
func TestAsyncAPIHasEveryEvent(t *testing.T) {
	t.Parallel()
	doc := asyncAPI(t)
	parameter := regexp.MustCompile(`\{\w+\}`)
	found := map[string]bool{}
	for _, name := range keysOf(t, doc.at(t, "channels")) {
		address := doc.at(t, "channels", name, "address").(string)
		if strings.HasPrefix(address, "dead.") {
			continue
		}
		message := strings.ToUpper(name[:1]) + name[1:]
		envelopeType := doc.at(t, "channels", name, "messages", message, "name").(string)
		found[envelopeType] = true
		g, ok := golden[envelopeType]
		if !ok {
			t.Errorf("channel %s has events of the type %s, which the code doesn't know", name, envelopeType)
			continue
		}
		e, _ := g.decode(read(t, envelopeType))
		if subject := parameter.ReplaceAllString(address, "*"); subject != e.Kind().Subject {
			t.Errorf("channel %s has the address %s, the code %s", name, address, e.Kind().Subject)
		}
		if doc.at(t, "operations", "announce"+message, "action") != "send" {
			t.Errorf("no operation sends %s", message)
		}
		wantMessage(t, doc, message, envelopeType, e)
	}
	for name := range golden {
		if !found[typed(name)] {
			t.Errorf("asyncapi.yaml has no %s", typed(name))
		}
	}
}

// wantMessage compares the message with the Go type field by field, and its example with the golden file.
func wantMessage(t *testing.T, doc document, message, envelopeType string, e events.Event) {
	t.Helper()
	payloadOf := doc["components"].(map[string]any)["messages"].(map[string]any)[message].(map[string]any)["payload"]
	if name := "#/components/schemas/" + message + "Event"; !reflect.DeepEqual(payloadOf, map[string]any{"$ref": name}) {
		t.Errorf("the payload of %s has not the name %s, by which generators call it", message, name)
	}
	parts := doc.at(t, "components", "messages", message, "payload", "allOf").([]any)
	wantFields(t, doc, message+" envelope", doc.follow(t, parts[0]), reflect.TypeFor[events.Envelope]())
	own := parts[1].(map[string]any)["properties"].(map[string]any)
	if own["type"].(map[string]any)["const"] != envelopeType {
		t.Errorf("%s has the type %v", message, own["type"])
	}
	payload := reflect.TypeOf(e).Field(1) // beside Meta
	wantFields(t, doc, message+" data", doc.follow(t, own["data"]), payload.Type)
	example := doc.at(t, "components", "messages", message, "examples").([]any)[0].(map[string]any)["payload"]
	if golden := object(t, read(t, envelopeType)); !reflect.DeepEqual(example, any(golden)) {
		t.Errorf("the example of %s is not testdata/%s.json", message, envelopeType)
	}
	if own["source"].(map[string]any)["const"] != example.(map[string]any)["source"] {
		t.Errorf("%s has the source %v", message, own["source"])
	}
}

func wantFields(t *testing.T, doc document, where string, schema any, goType reflect.Type) {
	t.Helper()
	s := schema.(map[string]any)
	properties, _ := s["properties"].(map[string]any)
	var names, required []string
	for _, field := range reflect.VisibleFields(goType) {
		if field.Anonymous {
			continue
		}
		name, options, _ := strings.Cut(field.Tag.Get("json"), ",")
		names = append(names, name)
		if options != "omitempty" {
			required = append(required, name)
		}
		wantType(t, doc, where+"."+name, doc.follow(t, properties[name]), field.Type)
	}
	if is := slices.Sorted(maps.Keys(properties)); !slices.Equal(is, slices.Sorted(slices.Values(names))) {
		t.Errorf("%s: fields %v, the code has %v", where, is, names)
	}
	var is []string
	for _, name := range s["required"].([]any) {
		is = append(is, name.(string))
	}
	if slices.Sort(is); !slices.Equal(is, slices.Sorted(slices.Values(required))) {
		t.Errorf("%s: required %v, the code always writes %v", where, is, required)
	}
}

var jsonTypes = map[reflect.Kind]string{reflect.String: `"string"`, reflect.Int: `"integer"`, reflect.Struct: `"object"`, reflect.Slice: `"array"`}

func wantType(t *testing.T, doc document, where string, schema any, goType reflect.Type) {
	t.Helper()
	s, _ := schema.(map[string]any)
	if _, constant := s["const"]; constant {
		return
	}
	is, _ := json.Marshal(s["type"])
	if string(is) == `["object","null"]` && goType.Kind() == reflect.Pointer {
		wantFields(t, doc, where, schema, goType.Elem())
		return
	}
	switch {
	case goType == reflect.TypeFor[json.RawMessage]():
	case goType == reflect.TypeFor[*string]():
		if string(is) != `["string","null"]` {
			t.Errorf("%s is %s", where, is)
		}
	case goType.Kind() == reflect.Pointer:
		wantType(t, doc, where, schema, goType.Elem())
	case string(is) != jsonTypes[goType.Kind()]:
		t.Errorf("%s is %s, in the code %s", where, is, goType)
	case goType.Kind() == reflect.Struct:
		wantFields(t, doc, where, schema, goType)
	}
}

func TestAsyncAPIHasTheDeadLetters(t *testing.T) {
	t.Parallel()
	doc := asyncAPI(t)
	want := []string{
		events.DeadError, events.DeadDeliveries, events.DeadConsumer, events.DeadSubject, events.DeadStream, events.DeadSequence, events.DeadTime,
	}
	slices.Sort(want)
	if is := keysOf(t, doc.at(t, "components", "messages", "DeadLetter", "headers", "properties")); !slices.Equal(is, want) {
		t.Errorf("headers %v, want %v", is, want)
	}
	for channel, subject := range map[string]string{"deadTickets": "crm.ticket.replied.{clientId}.{ticketId}", "deadUsers": "crm.user.deleted.{userId}"} {
		if _, dead := events.DeadLetterOf("{durable}", subject); doc.at(t, "channels", channel, "address") != dead {
			t.Errorf("%s is not on %s", channel, dead)
		}
	}
}
