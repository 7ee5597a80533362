package mongotest

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// writing are the commands that change documents.
var writing = []string{"insert", "update", "findAndModify", "delete"}

// weigh notes whether a command that changes documents waits for a majority's journal.
func (c *Commands) weigh(name string, command bson.Raw) {
	if !slices.Contains(writing, name) || removesEvents(command) {
		return
	}
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
