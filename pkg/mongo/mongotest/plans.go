// Package mongotest asks MongoDB how it would run the commands that a store sends, and looks at how they are sent.
package mongotest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/event"
	driver "go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

// Commands collects the commands that look for documents, one of each shape, and looks at how they are sent.
type Commands struct {
	mu            sync.Mutex
	all           map[string]bson.D // by shape
	durable       map[string]int    // changes that wait for a majority's journal, by the command's name
	loose         []string          // those that don't
	majorityReads int               // reads of what a majority has, from the primary
	otherReads    []bson.Raw        // other reads
}

// looking are the commands that look for documents.
var looking = []string{"find", "findAndModify", "update", "delete", "count", "distinct", "aggregate"}

// Watch is what a client whose commands are to be collected is opened with.
func (c *Commands) Watch() *options.ClientOptions {
	return options.Client().SetMonitor(&event.CommandMonitor{Started: func(_ context.Context, e *event.CommandStartedEvent) {
		if slices.Contains(looking, e.CommandName) {
			c.add(e.Command)
		}
		c.check(e.CommandName, e.Command)
	}})
}

func (c *Commands) add(raw bson.Raw) {
	var command bson.D
	if err := bson.Unmarshal(raw, &command); err != nil {
		panic(err) // the driver has just encoded it
	}
	command = slices.DeleteFunc(command, func(e bson.E) bool { return strings.HasPrefix(e.Key, "$") || ofTheCall[e.Key] })
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.all == nil {
		c.all = map[string]bson.D{}
	}
	for _, one := range singly(command) {
		c.all[fmt.Sprint(one[0].Value)+shape(one)] = one
	}
}

// singly makes of a command with several writes one for each: the server explains no other.
func singly(command bson.D) (all []bson.D) {
	i := slices.IndexFunc(command, func(e bson.E) bool { return e.Key == "updates" || e.Key == "deletes" })
	if i < 0 {
		return []bson.D{command}
	}
	for _, write := range command[i].Value.(bson.A) {
		one := slices.Clone(command)
		one[i].Value = bson.A{write}
		all = append(all, one)
	}
	return all
}

// ofTheCall are the members that say how a command is sent and not what it looks for.
var ofTheCall = map[string]bool{"lsid": true, "txnNumber": true, "maxTimeMS": true, "writeConcern": true, "readConcern": true}

// shape is a value's members without what they hold; of elements alike, one.
func shape(value any) string {
	var inside []string
	switch v := value.(type) {
	case bson.D:
		for _, e := range v {
			inside = append(inside, e.Key+":"+shape(e.Value))
		}
	case bson.A:
		for _, element := range v {
			inside = append(inside, shape(element))
		}
		inside = slices.Compact(inside)
	}
	return fmt.Sprintf("%T{%s}", value, strings.Join(inside, ","))
}

// WantIndexes fails for every collected command that would read a collection from end to end, or sort in memory; and if
// it would not see that one of the named indexes of the collection is missing, which it drops at the end. It asks a
// database that has the indexes, and documents. It returns how many commands it asked about.
func (c *Commands) WantIndexes(t *testing.T, db *driver.Database, collection string, needed ...string) int {
	t.Helper()
	c.mu.Lock()
	defer c.mu.Unlock()
	before := c.scans(t, db)
	for _, scan := range before {
		t.Error(scan)
	}
	for _, name := range needed {
		if err := db.Collection(collection).Indexes().DropOne(t.Context(), name); err != nil {
			t.Fatal(err)
		}
		after := c.scans(t, db)
		if len(after) <= len(before) {
			t.Errorf("nothing is seen to miss the index %s", name)
		}
		before = after
	}
	return len(c.all)
}

// scans tells of each command that finds its documents without an index, or names one that is not there.
func (c *Commands) scans(t *testing.T, db *driver.Database) (all []string) {
	t.Helper()
	for _, command := range c.all {
		stages, err := explain(t.Context(), db, command)
		if err != nil {
			all = append(all, fmt.Sprintf("%v: %v", command, err))
		}
		for _, stage := range stages {
			if stage == "COLLSCAN" || stage == "SORT" {
				all = append(all, fmt.Sprintf("%s for %v", stage, command))
			}
		}
	}
	return all
}

// Stages are the stages of the plan that the server would choose for a command.
func Stages(t *testing.T, db *driver.Database, command bson.D) []string {
	t.Helper()
	stages, err := explain(t.Context(), db, command)
	if err != nil {
		t.Fatalf("explain %v: %v", command, err)
	}
	return stages
}

func explain(ctx context.Context, db *driver.Database, command bson.D) ([]string, error) {
	var plan struct {
		QueryPlanner struct{ WinningPlan bson.Raw }
	}
	explain := bson.D{{Key: "explain", Value: command}, {Key: "verbosity", Value: "queryPlanner"}}
	if err := db.RunCommand(ctx, explain).Decode(&plan); err != nil {
		return nil, err
	}
	stages := stagesIn(plan.QueryPlanner.WinningPlan)
	if len(stages) == 0 {
		return nil, errors.New("no plan in the answer")
	}
	return stages, nil
}

// stagesIn finds the stages at any depth: each kind of plan nests them in its own way.
func stagesIn(plan bson.Raw) (stages []string) {
	elements, _ := plan.Elements()
	for _, e := range elements {
		value := e.Value()
		switch text, isText := value.StringValueOK(); {
		case e.Key() == "stage" && isText:
			stages = append(stages, text)
		case value.Type == bson.TypeEmbeddedDocument:
			stages = append(stages, stagesIn(value.Document())...)
		case value.Type == bson.TypeArray:
			stages = append(stages, stagesIn(bson.Raw(value.Array()))...)
		}
	}
	return stages
}
