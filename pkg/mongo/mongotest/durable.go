package mongotest

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// writing are the commands that change documents, reading those that only read some.
var (
	writing = []string{"insert", "update", "findAndModify", "delete"}
	reading = []string{"find", "count", "distinct", "aggregate"}
)

// primary are the words for where commands go by themselves; the last is for a server that is spoken to alone.
var primary = []string{"", "primary", "primaryPreferred"}

// weigh notes whether a command that changes documents waits for a majority's journal, and whether one that reads some asks
// the primary for what a majority has.
func (c *Commands) weigh(name string, command bson.Raw) {
	switch {
	case slices.Contains(reading, name):
		c.weighRead(command)
	case slices.Contains(writing, name) && !removesEvents(command):
		c.weighWrite(name, command)
	}
}

func (c *Commands) weighRead(command bson.Raw) {
	c.mu.Lock()
	defer c.mu.Unlock()
	level, _ := command.Lookup("readConcern", "level").StringValueOK()
	server, _ := command.Lookup("$readPreference", "mode").StringValueOK()
	if level == "majority" && slices.Contains(primary, server) {
		c.settled++
		return
	}
	c.early = append(c.early, slices.Clone(command))
}

func (c *Commands) weighWrite(name string, command bson.Raw) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.durable == nil {
		c.durable = map[string]int{}
	}
	w, _ := command.Lookup("writeConcern", "w").StringValueOK()
	if journaled, _ := command.Lookup("writeConcern", "j").BooleanOK(); w == "majority" && journaled {
		c.durable[name]++
		return
	}
	c.loose = append(c.loose, fmt.Sprintf("%.300s", command))
}

// removesEvents tells the relay's removal of published events, the one write that may be lost: it is repeated then.
func removesEvents(command bson.Raw) bool {
	updates, _ := command.Lookup("updates").ArrayOK()
	values, _ := updates.Values()
	for _, update := range values {
		if _, err := update.Document().LookupErr("q", "outbox.id"); err != nil {
			return false
		}
	}
	return len(values) > 0
}

// WantDurable fails for every command that changed documents and did not wait until a majority had them in its journal,
// but for the removal of published events; and if one of the four kinds of commands was not seen.
func (c *Commands) WantDurable(t *testing.T) {
	t.Helper()
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, command := range c.loose {
		t.Errorf("not durable: %s", command)
	}
	if len(c.durable) != len(writing) {
		t.Errorf("only these were seen: %v", slices.Sorted(maps.Keys(c.durable)))
	}
}

// WantSettled fails for every command that reads documents anywhere but on the primary, or what no majority has; but for
// those that may, nil for none. And if none was seen.
func (c *Commands) WantSettled(t *testing.T, may func(command bson.Raw) bool) {
	t.Helper()
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, command := range c.early {
		if may == nil || !may(command) {
			t.Errorf("may read what is taken back: %.300s", command)
		}
	}
	if c.settled == 0 {
		t.Error("no command that reads was seen")
	}
}
