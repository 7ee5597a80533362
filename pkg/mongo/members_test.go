package mongo_test

import (
	"fmt"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"crm.example/pkg/mongo"
)

type part struct {
	A string `bson:"a"`
	B int    `bson:"b,omitempty"`
}

type form struct {
	ID   string    `bson:"_id"`
	At   time.Time `bson:"at,omitempty"`
	Part part      `bson:"part"`
	Gone *part     `bson:"gone,omitempty"`
	Tags []string  `bson:"tags,omitempty"`
}

// An update names what differs only, also inside of other members; a list is one value.
func TestCompare(t *testing.T) {
	t.Parallel()
	at := time.UnixMilli(1).UTC()
	base := form{ID: "1", At: at, Part: part{"a", 2}, Gone: &part{"x", 1}, Tags: []string{"one"}}
	for want, change := range map[string]func(*form){
		``:                                func(*form) {},
		`{"$set":{"part.a":"b"}}`:         func(f *form) { f.Part.A = "b" },
		`{"$unset":{"part.b":""}}`:        func(f *form) { f.Part.B = 0 },
		`{"$unset":{"at":""}}`:            func(f *form) { f.At = time.Time{} },
		`{"$unset":{"gone":""}}`:          func(f *form) { f.Gone = nil },
		`{"$set":{"tags":["one","two"]}}`: func(f *form) { f.Tags = []string{"one", "two"} },
		`{"$set":{"gone.a":"y"},"$unset":{"tags":""}}`: func(f *form) { f.Gone, f.Tags = &part{"y", 1}, nil },
	} {
		after := base
		change(&after)
		changes, err := mongo.Compare(base, after)
		if got := fmt.Sprint(changes.Update(mongo.Outbox{})); err != nil || got != want || changes.None() != (want == "") {
			t.Errorf("got %s, %v, want %s", got, err, want)
		}
	}
}

func TestProjection(t *testing.T) {
	t.Parallel()
	got := fmt.Sprint(mongo.Projection(struct {
		form         `bson:",inline"`
		mongo.Outbox `bson:",inline"`
	}{}, "tags"))
	if want := `{"_id":true,"at":true,"part":true,"gone":true,"outbox":true,"pendingSince":true}`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestValidator(t *testing.T) {
	t.Parallel()
	got, err := bson.MarshalExtJSON(mongo.Validator(part{}), false, false)
	if err != nil {
		t.Fatal(err)
	}
	var schema struct {
		BSONType   string `bson:"bsonType"`
		Required   []string
		Properties map[string]bson.M
	}
	if err := bson.UnmarshalExtJSON(got, false, &schema); err != nil {
		t.Fatal(err)
	}
	if schema.BSONType != "object" || fmt.Sprint(schema.Required) != "[a]" || schema.Properties["a"]["bsonType"] != "string" || len(schema.Properties) != 2 {
		t.Errorf("%s", got)
	}
}
