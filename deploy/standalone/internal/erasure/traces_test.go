package erasure_test

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/nats-io/nats.go/jetstream"
	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"crm.example/pkg/events"
)

// places tells where the word is, and how often.
func (o *office) places(word string) map[string]int {
	found := o.files(word)
	maps.Copy(found, o.streams(word))
	maps.Copy(found, marked(o.t, "nats ", filepath.Join(o.nats, "jetstream", "SERVICES", "streams"), word))
	return found
}

type message = jetstream.RawStreamMsg

func (o *office) streams(word string) map[string]int {
	found := map[string]int{}
	for _, name := range []string{events.UserStream, events.TicketStream, events.UserDeadStream, events.TicketDeadStream} {
		o.each(name, func(msg *message) {
			if n := marks(whole(msg), word); n > 0 {
				found["stream "+name] += n
			}
		})
	}
	return found
}

func whole(msg *message) []byte {
	return append([]byte(fmt.Sprint(msg.Subject, msg.Header)), msg.Data...)
}

func (o *office) each(stream string, do func(*message)) {
	o.t.Helper()
	s, err := o.js.Stream(o.t.Context(), stream)
	if err != nil {
		o.t.Fatal(err)
	}
	state := s.CachedInfo().State
	for seq := state.FirstSeq; seq <= state.LastSeq; seq++ {
		if msg, err := s.GetMsg(o.t.Context(), seq); err == nil {
			do(msg)
		}
	}
}

// dataFiles tells in which files of stores and mails the word is.
func (o *office) dataFiles(word string) map[string]int { return marked(o.t, "file ", o.data, word) }

func marked(t *testing.T, kind, folder, word string) map[string]int {
	t.Helper()
	found := map[string]int{}
	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return nil // gone in between
		}
		raw, _ := os.ReadFile(path)
		if n := marks(raw, word); n > 0 {
			name, _ := filepath.Rel(folder, path) // it is below
			found[kind+name] += n
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func marks(raw []byte, word string) int { return bytes.Count(bytes.ToLower(raw), []byte(word)) }

// collections tells in which collections of a database the word is.
func collections(t *testing.T, uri, word string) map[string]int {
	t.Helper()
	client, err := mongo.Connect(options.Client().ApplyURI(uri))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = client.Disconnect(context.Background()) }()
	_, name, _ := strings.Cut(strings.TrimPrefix(uri, "mongodb://"), "/")
	name, _, _ = strings.Cut(name, "?")
	names, err := client.Database(name).ListCollectionNames(t.Context(), bson.D{})
	if err != nil || !slices.Contains(names, "meta") {
		t.Fatalf("collections %v, %v", names, err)
	}
	found := map[string]int{}
	for _, collection := range names {
		cursor, err := client.Database(name).Collection(collection).Find(t.Context(), bson.D{})
		if err != nil {
			t.Fatal(err)
		}
		for cursor.Next(t.Context()) {
			if n := marks(cursor.Current, word); n > 0 {
				found["collection "+collection] += n
			}
		}
	}
	return found
}
