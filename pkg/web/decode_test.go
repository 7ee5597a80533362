package web_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	strict "github.com/go-json-experiment/json"

	"crm.example/pkg/problem"
	"crm.example/pkg/web"
)

type colour string

// order has a field of every type that Decode fills.
type order struct {
	Score    int                       `json:"score" validate:"required,min=1,max=5"`
	Small    *int8                     `json:"small" validate:"omitempty,min=0"`
	LastSeq  *int                      `json:"lastSeq" validate:"omitempty,min=0"`
	Urgent   bool                      `json:"urgent"`
	Colour   *colour                   `json:"colour" validate:"omitempty,oneof=red blue"`
	Until    web.Nullable[time.Time]   `json:"until"`
	Since    *time.Time                `json:"since"`
	Assignee web.Nullable[string]      `json:"assignee" validate:"id"`
	Count    web.Nullable[int]         `json:"count" validate:"omitempty,min=1"`
	Tags     []string                  `json:"tags" validate:"max=3,dive,line,max=5"`
	Steps    []step                    `json:"steps" validate:"min=1"`
	Where    *step                     `json:"where"`
	Home     web.Nullable[step]        `json:"home"`
	Marks    web.Nullable[[]int]       `json:"marks" validate:"max=2,dive,max=9"`
	Grid     [][]bool                  `json:"grid"`
	Maybe    []web.Nullable[colour]    `json:"maybe" validate:"dive,oneof=red blue"`
	Deep     struct{ Inner innermost } `json:"deep"`
}

type step struct {
	Name string   `json:"name" validate:"required,line,max=5"`
	At   *int     `json:"at" validate:"omitempty,max=9"`
	Next []string `json:"next" validate:"dive,email"`
}

type innermost struct {
	Note string `json:"note" validate:"omitempty,text,max=4"`
}

func TestDecodeTypes(t *testing.T) {
	t.Parallel()
	const id = "0197f000-0000-7000-8000-00000000000a"
	tests := map[string]struct {
		body string
		want []string // pointer code; none: it fits
	}{
		"all": {`{"score":5,"small":127,"lastSeq":0,"urgent":true,"colour":"red","until":"2026-01-31T09:30:00.000Z",
			"since":"2026-01-31T10:30:00+01:00","assignee":"` + id + `","count":1,"tags":["a","b"],"steps":[{"name":"x","at":9,"next":["a@b.example"]}],
			"where":{"name":"y"},"home":{"name":"z"},"marks":[1,9],"grid":[[true],[]],"maybe":[null,"red"]}`, nil},
		"nulls that clear":      {`{"score":1,"until":null,"assignee":null,"count":null,"home":null,"marks":null}`, nil},
		"null elsewhere":        {`{"score":null,"lastSeq":null,"urgent":null,"since":null,"tags":null,"where":null}`, []string{"/score invalid", "/lastSeq invalid", "/urgent invalid", "/since invalid", "/tags invalid", "/where invalid"}},
		"null in lists":         {`{"score":1,"tags":["a",null],"steps":[null],"marks":[null]}`, []string{"/tags/1 invalid", "/steps/0 invalid", "/marks/0 invalid"}},
		"missing":               {`{"steps":[{}]}`, []string{"/score required", "/steps/0/name required"}},
		"zero is there":         {`{"score":0}`, []string{"/score invalid"}},
		"zero of a pointer":     {`{"score":1,"lastSeq":0,"small":0}`, nil},
		"below, above":          {`{"score":6,"lastSeq":-1,"count":0}`, []string{"/score invalid", "/lastSeq invalid", "/count invalid"}},
		"minus zero":            {`{"score":1,"lastSeq":-0}`, nil},
		"whole in other forms":  {`{"score":5.0,"lastSeq":1e2,"count":10e-1}`, nil},
		"fraction":              {`{"score":1.5,"lastSeq":1e-1}`, []string{"/score invalid", "/lastSeq invalid"}},
		"nearly whole":          {`{"score":1.00000000000000000000000000000000001}`, []string{"/score invalid"}},
		"too large for int8":    {`{"score":1,"small":256}`, []string{"/small invalid"}},
		"too large for 64 bits": {`{"score":1,"lastSeq":9223372036854775808}`, []string{"/lastSeq invalid"}},
		"largest of 64 bits":    {`{"score":1,"lastSeq":9223372036854775807}`, nil},
		"1e400":                 {`{"score":1e400}`, []string{"/score invalid"}},
		"1e999999999":           {`{"score":1e999999999,"lastSeq":1e-999999999}`, []string{"/score invalid", "/lastSeq invalid"}},
		"number as text":        {`{"score":"1","urgent":"true","count":"1"}`, []string{"/score invalid", "/urgent invalid", "/count invalid"}},
		"bool as number":        {`{"score":true,"urgent":1}`, []string{"/score invalid", "/urgent invalid"}},
		"times that are none":   {`{"score":1,"until":"2026-01-31","since":1767225600}`, []string{"/until invalid", "/since invalid"}},
		"time without offset":   {`{"score":1,"until":"2026-01-31T09:30:00"}`, []string{"/until invalid"}},
		"day that is none":      {`{"score":1,"until":"2026-02-30T09:30:00Z"}`, []string{"/until invalid"}},
		"comma in a time":       {`{"score":1,"until":"2026-01-31T09:30:00,5Z"}`, []string{"/until invalid"}},
		"id in capitals":        {`{"score":1,"assignee":"` + strings.ToUpper(id) + `"}`, nil},
		"ids that are none":     {`{"score":1,"assignee":"{` + id + `}"}`, []string{"/assignee invalid"}},
		"empty id":              {`{"score":1,"assignee":""}`, []string{"/assignee invalid"}},
		"list too long":         {`{"score":1,"tags":["1","2","3",4]}`, []string{"/tags too-long"}},
		"list too short":        {`{"score":1,"steps":[]}`, []string{"/steps too-short"}},
		"no list":               {`{"score":1,"tags":"a","steps":{"name":"x"},"grid":[true]}`, []string{"/tags invalid", "/steps invalid", "/grid/0 invalid"}},
		"no object":             {`{"score":1,"where":[],"home":"x","deep":1}`, []string{"/where invalid", "/home invalid", "/deep invalid"}},
		"no choice":             {`{"score":1,"colour":"green","maybe":["red","green"]}`, []string{"/colour invalid", "/maybe/1 invalid"}},
		"repeated below":        {`{"score":1,"where":{"name":"x","name":"y"}}`, []string{"/where/name duplicate"}},
		"repeated in a list":    {`{"score":1,"steps":[{"name":"x"},{"a":1,"a":2}]}`, []string{"/steps/1/a duplicate"}},
		"every fault at once": {`{"zz":1,"score":9,"tags":[" ","toolong",7],"steps":[{"name":"ok","at":"1"},{"at":10,"next":["a@b","nobody"],"x/y":0}],
			"where":{"name":""},"home":{"name":5},"marks":[10,"1"]}`, []string{
			"/tags/2 invalid", "/steps/0/at invalid", "/steps/1/x~1y unknown", "/home/name invalid", "/marks/1 invalid", "/zz unknown",
			"/score invalid", "/tags/0 required", "/tags/1 too-long", "/steps/1/name required", "/steps/1/at invalid", "/steps/1/next/1 invalid", "/where/name required", "/marks/0 invalid"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got order
			err := web.Decode([]byte(test.body), &got)
			var p *problem.Error
			if len(test.want) == 0 && err != nil {
				t.Errorf("Decode: %v, want none", err)
			}
			if len(test.want) > 0 && (!errors.As(err, &p) || !slices.Equal(fieldsOf(p), test.want)) {
				t.Errorf("Decode: %v, want %v", err, test.want)
			}
		})
	}
}

func TestDecodeFillsEachType(t *testing.T) {
	t.Parallel()
	var got order
	err := web.Decode([]byte(`{"score":2,"lastSeq":0,"urgent":true,"colour":"blue","until":"2026-01-31T10:30:00+01:00","assignee":"0197F000-0000-7000-8000-00000000000A",
		"count":null,"tags":[" a "],"steps":[{"name":"x","at":3}],"home":{"name":" z "},"marks":[1],"maybe":[null,"red"]}`), &got)
	if err != nil {
		t.Fatal(err)
	}
	zero, three, blue := 0, 3, colour("blue")
	want := order{
		Score: 2, LastSeq: &zero, Urgent: true, Colour: &blue,
		Until:    web.Nullable[time.Time]{Set: true, Value: time.Date(2026, 1, 31, 9, 30, 0, 0, time.UTC)},
		Assignee: web.Nullable[string]{Set: true, Value: "0197f000-0000-7000-8000-00000000000a"},
		Count:    web.Nullable[int]{Set: true, Null: true},
		Tags:     []string{"a"}, Steps: []step{{Name: "x", At: &three}},
		Home:  web.Nullable[step]{Set: true, Value: step{Name: "z"}},
		Marks: web.Nullable[[]int]{Set: true, Value: []int{1}},
		Maybe: []web.Nullable[colour]{{Set: true, Null: true}, {Set: true, Value: "red"}},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("Decode gave\n%+v, want\n%+v", got, want)
	}
}

func TestFaultsSayTheirBounds(t *testing.T) {
	t.Parallel()
	var got order
	var p *problem.Error
	errors.As(web.Decode([]byte(`{"score":9,"tags":["1","2","3","4"],"steps":[],"where":{"name":"toolong"}}`), &got), &p)
	want := `[{"pointer":"/score","code":"invalid","message":"At most 5","params":{"max":5}},` +
		`{"pointer":"/tags","code":"too-long","message":"At most 3 items","params":{"max":3}},` +
		`{"pointer":"/steps","code":"too-short","message":"At least 1 item","params":{"min":1}},` +
		`{"pointer":"/where/name","code":"too-long","message":"At most 5 characters","params":{"max":5}}]`
	if said, _ := json.Marshal(p.Fields); string(said) != want {
		t.Errorf("said %s, want %s", said, want)
	}
}

// plain has no tags and takes no null, so that a second decoder can say what it should hold.
type plain struct {
	Text   string    `json:"text"`
	Number int32     `json:"number"`
	Yes    *bool     `json:"yes"`
	At     time.Time `json:"at"`
	List   []plain   `json:"list"`
}

// FuzzDecodeTypes: Decode and a strict decoder of the library take the same bodies for the same values. Decode alone takes
// 1.0 for a whole number, and it takes no null.
func FuzzDecodeTypes(f *testing.F) {
	f.Add(`{"text":"a","number":-1,"yes":true,"at":"2026-01-31T09:30:00Z","list":[{"number":2},{"list":[]}]}`)
	f.Add(`{"number":2147483648,"list":[{"text":1}],"more":0}`)
	f.Add(`{"at":"2026-01-31T10:30:00.1+01:00","number":1e1}`)
	f.Fuzz(func(t *testing.T, body string) {
		var got, want plain
		err := web.Decode([]byte(body), &got)
		if err != nil && !problem.Is(err, problem.MalformedRequest) && !problem.Is(err, problem.InvalidInput) {
			t.Fatalf("Decode(%q): %v", body, err)
		}
		wantErr := strict.Unmarshal([]byte(body), &want, strict.RejectUnknownMembers(true))
		switch {
		case err != nil && wantErr == nil && !strings.Contains(body, "null"):
			t.Fatalf("Decode(%q): %v, want %+v", body, err, want)
		case err == nil && wantErr != nil && !strings.ContainsAny(body, ".eE"):
			t.Fatalf("Decode(%q) = %+v, want %v", body, got, wantErr)
		case err == nil && wantErr == nil && fmt.Sprint(got.at()) != fmt.Sprint(want.at()):
			t.Fatalf("Decode(%q) = %+v, want %+v", body, got, want)
		}
	})
}

// at writes the values out, times by their moment.
func (p plain) at() string {
	text, _ := json.Marshal(struct {
		T string
		N *big.Int
		Y *bool
		A int64
	}{p.Text, big.NewInt(int64(p.Number)), p.Yes, p.At.UnixNano()})
	for _, item := range p.List {
		text = append(text, item.at()...)
	}
	return string(text)
}
