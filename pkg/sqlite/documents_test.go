package sqlite_test

import (
	"testing"
	"time"

	"crm.example/pkg/sqlite"
)

type part struct {
	A string `json:"a"`
	B int    `json:"b,omitzero"`
}

type form struct {
	ID   string    `json:"id"`
	At   time.Time `json:"at,omitzero"`
	Part part      `json:"part"`
	Gone *part     `json:"gone,omitzero"`
	Tags []string  `json:"tags,omitempty"`
}

// A patch names what differs only, also inside of other members; a list is one value.
func TestPatch(t *testing.T) {
	t.Parallel()
	base := form{ID: "1", At: time.UnixMilli(1).UTC(), Part: part{"a", 2}, Gone: &part{"x", 1}, Tags: []string{"one"}}
	for want, change := range map[string]func(*form){
		``:                                  func(*form) {},
		`{"part":{"a":"b"}}`:                func(f *form) { f.Part.A = "b" },
		`{"part":{"b":null}}`:               func(f *form) { f.Part.B = 0 },
		`{"at":null}`:                       func(f *form) { f.At = time.Time{} },
		`{"gone":null}`:                     func(f *form) { f.Gone = nil },
		`{"tags":["one","two"]}`:            func(f *form) { f.Tags = []string{"one", "two"} },
		`{"gone":{"a":"y"},"tags":null}`:    func(f *form) { f.Gone, f.Tags = &part{"y", 1}, nil },
		`{"at":"1970-01-01T00:00:01.000Z"}`: func(f *form) { f.At = time.Unix(1, 0) },
	} {
		after := base
		change(&after)
		if got, err := sqlite.Patch(base, after); err != nil || got != want {
			t.Errorf("got %s, %v, want %s", got, err, want)
		}
	}
}

// Times are read as RFC 3339 has them; null, which earlier versions wrote, is the zero value.
func TestDecode(t *testing.T) {
	t.Parallel()
	var got form
	err := sqlite.Decode([]byte(`{"id":"1","at":"2026-01-31T12:00:00.123456Z","gone":null,"tags":null,"newer":{"x":1}}`), &got)
	if err != nil || got.ID != "1" || got.At.Nanosecond() != 123456e3 || got.At.Location() != time.UTC {
		t.Errorf("%+v, %v", got, err)
	}
	if err := sqlite.Decode([]byte(`{"at":null}`), &got); err != nil {
		t.Error(err)
	}
	if err := sqlite.Decode([]byte(`{"at":"noon"}`), &got); err == nil {
		t.Error("noon is a time")
	}
}
