package membertest_test

import (
	"strings"
	"testing"
	"time"

	"crm.example/pkg/membertest"
)

type inner struct{ A, B string }

type outer struct {
	Text  string
	Count int
	Yes   bool
	At    time.Time
	List  []inner
	Raw   []byte
	To    *inner
	Inner inner
}

// recorder keeps what a test says.
type recorder struct {
	testing.TB
	said []string
}

func (r *recorder) Helper() {}

func (r *recorder) Errorf(format string, args ...any) {
	r.said = append(r.said, format)
	for _, a := range args {
		if text, ok := a.(string); ok {
			r.said = append(r.said, text)
		}
	}
}

// A member that is missing, that is another one, or that nobody has filled is named; one that is to be elsewhere must exist.
func TestSame(t *testing.T) {
	t.Parallel()
	var want, other outer
	membertest.Fill(&want, 1)
	membertest.Fill(&other, 2)
	for path, spoil := range map[string]func(got, want *outer){
		"":                func(*outer, *outer) {},
		"Text is":         func(got, _ *outer) { got.Text = "" },
		"Count is":        func(got, _ *outer) { got.Count = other.Count },
		"Yes is":          func(got, _ *outer) { got.Yes = false },
		"At is":           func(got, _ *outer) { got.At = other.At },
		"List is":         func(got, _ *outer) { got.List = nil },
		"List.B is":       func(got, _ *outer) { got.List = []inner{want.List[0], {A: want.List[1].A}} },
		"Raw is":          func(got, _ *outer) { got.Raw = other.Raw },
		"To is":           func(got, _ *outer) { got.To = nil },
		"Inner.A is":      func(got, _ *outer) { got.Inner.A = other.Inner.A },
		"Inner.B is zero": func(got, want *outer) { got.Inner.B, want.Inner.B = "", "" },
	} {
		got, wanted, r := want, want, &recorder{TB: t}
		spoil(&got, &wanted)
		membertest.Same(r, "it", got, wanted, nil)
		if said := strings.Join(r.said, " "); (path == "") != (said == "") || !strings.Contains(said, path) {
			t.Errorf("%q: %q", path, said)
		}
	}
	r := &recorder{TB: t}
	membertest.Same(r, "it", outer{}, want, membertest.Elsewhere{"Gone": "it is gone"})
	if said := strings.Join(r.said, " "); !strings.Contains(said, "Gone") {
		t.Errorf("%q", said)
	}
}
