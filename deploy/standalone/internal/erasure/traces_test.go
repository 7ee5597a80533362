package erasure_test

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
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

// streams tells in which streams the mark is, and how often.
func (o *office) streams() map[string]int {
	found := map[string]int{}
	for _, name := range []string{events.UserStream, events.TicketStream, events.UserDeadStream, events.TicketDeadStream} {
		o.each(name, func(msg *jetstream.RawStreamMsg) {
			if n := marks(append([]byte(fmt.Sprint(msg.Subject, msg.Header)), msg.Data...)); n > 0 {
				found[name] += n
			}
		})
	}
	return found
}

func (o *office) each(stream string, do func(*jetstream.RawStreamMsg)) {
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

// files tells in which files of stores and mails the mark is.
func (o *office) files() map[string]int { return marked(o.t, o.data) }

func (o *office) natsFiles() map[string]int { return marked(o.t, o.nats) }

func marked(t *testing.T, folder string) map[string]int {
	t.Helper()
	found := map[string]int{}
	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return nil // gone in between
		}
		raw, _ := os.ReadFile(path)
		if n := marks(raw); n > 0 {
			found[filepath.Base(path)] += n
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func marks(raw []byte) int { return bytes.Count(bytes.ToLower(raw), []byte(mark)) }

// collections tells in which collections of a database the mark is.
func collections(t *testing.T, uri string) map[string]int {
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
			if n := marks(cursor.Current); n > 0 {
				found[collection] += n
			}
		}
	}
	return found
}
