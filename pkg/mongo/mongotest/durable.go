package mongotest

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// writing are the commands that change documents, reading those that only read them.
var (
	writing = []string{"insert", "update", "findAndModify", "delete"}
	reading = []string{"find", "count", "distinct", "aggregate"}
)

// primary are the modes that read from the primary. The driver sends the last one to a server without a replica set.
var primary = []string{"", "primary", "primaryPreferred"}

// check notes whether a command that changes documents waits for a majority's journal, and whether one that reads them asks
// the primary for what a majority has.
func (c *Commands) check(name string, command bson.Raw) {
	switch {
	case slices.Contains(reading, name):
		c.checkRead(command)
	case slices.Contains(writing, name) && !removesEvents(command):
		c.checkWrite(name, command)
	}
}

func (c *Commands) checkRead(command bson.Raw) {
	c.mu.Lock()
	defer c.mu.Unlock()
	level, _ := command.Lookup("readConcern", "level").StringValueOK()
	server, _ := command.Lookup("$readPreference", "mode").StringValueOK()
	if level == "majority" && slices.Contains(primary, server) {
		c.majorityReads++
		return
	}
	c.otherReads = append(c.otherReads, slices.Clone(command))
}

func (c *Commands) checkWrite(name string, command bson.Raw) {
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

// removesEvents tells whether a command is the relay's removal of published events. Only this write may be lost: it is repeated then.
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

// WantDurable fails for every command that changed documents and did not wait until a majority had them in its journal.
// The removal of published events is allowed. It also fails if one of the four kinds of commands was not seen.
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

// WantMajorityReads fails for every command that does not read from the primary what a majority has, unless may allows it
// (nil allows none). It also fails if no command that reads was seen.
func (c *Commands) WantMajorityReads(t *testing.T, may func(command bson.Raw) bool) {
	t.Helper()
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, command := range c.otherReads {
		if may == nil || !may(command) {
			t.Errorf("may read what a failover undoes: %.300s", command)
		}
	}
	if c.majorityReads == 0 {
		t.Error("no command that reads was seen")
	}
}
