package web_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"unicode"

	"crm.example/pkg/problem"
	"crm.example/pkg/web"
)

type letter struct {
	Subject string `json:"subject" validate:"required,line,max=100"`
	Message string `json:"message" validate:"required,text,max=10000"`
	Email   string `json:"email" validate:"omitempty,email"`
}

func read(t *testing.T, l letter) (letter, *problem.Error) {
	t.Helper()
	body, err := json.Marshal(map[string]string{"subject": l.Subject, "message": l.Message, "email": l.Email})
	if err != nil {
		t.Fatal(err)
	}
	var got letter
	var p *problem.Error
	errors.As(web.Decode(body, &got), &p)
	return got, p
}

func TestWhatPeoplePasteIsKeptOrCleaned(t *testing.T) {
	t.Parallel()
	for sent, want := range map[string]string{
		"\x1b[31mfailed\x1b[0m: \x1b[1;4mdisk\x1b[m\x1b[K": "failed: disk",
		"line\vline\fline":                  "line\nline\nline",
		"a\r\nb\tc\nd":                      "a\r\nb\tc\nd",
		"It\u0092s \u0093so\u0094 \u0080 5": "It’s “so” € 5",
		"a\u0081b\u009dc":                   "abc",
		"nul\x00 bell\x07 esc\x1b del\x7f":  "nul bell esc del",
		"  שלום \u202bעולם\u202c ":          "שלום \u202bעולם\u202c",
		"👩\u200d👩\u200d👧\ufe0f":             "👩\u200d👩\u200d👧\ufe0f",
	} {
		if got, p := read(t, letter{Subject: "s", Message: sent}); p != nil || got.Message != want {
			t.Errorf("message %q became %q (%v), want %q", sent, got.Message, p, want)
		}
	}
	for sent, want := range map[string]string{
		"\u202d+49 30 1234567\u202c":       "+49 30 1234567",
		"\u200e(030) 12\u200f\u2069\u061c": "(030) 12",
		"ab\u202egnp.exe":                  "abgnp.exe",
		" tail\n":                          "tail",
	} {
		if got, p := read(t, letter{Subject: sent, Message: "m"}); p != nil || got.Subject != want {
			t.Errorf("line %q became %q (%v), want %q", sent, got.Subject, p, want)
		}
	}
	if got, p := read(t, letter{Subject: "s", Message: "m", Email: "\u202aa@b.example\u202c "}); p != nil || got.Email != "a@b.example" {
		t.Errorf("the email became %q (%v)", got.Email, p)
	}
}

func TestWhatIsRefusedIsNamed(t *testing.T) {
	t.Parallel()
	for sent, want := range map[string]string{
		"é\nb":           "character 2 is U+000A map[character:U+000A position:2]",
		"  \u202da\x1bb": "character 5 is U+001B map[character:U+001B position:5]",
		"🙂\u2028x":       "character 2 is U+2028 map[character:U+2028 position:2]",
	} {
		_, p := read(t, letter{Subject: sent, Message: "m"})
		if p == nil || !strings.HasSuffix(fmt.Sprintln(p.Fields[0].Message, p.Fields[0].Params), want+"\n") {
			t.Errorf("%q: %+v, want %s", sent, p, want)
		}
	}
	_, p := read(t, letter{Subject: "s", Message: "m", Email: "a b@c.example"})
	if p == nil || p.Fields[0].Params["position"] != 2 || p.Fields[0].Params["character"] != "U+0020" {
		t.Errorf("email: %+v", p)
	}
}

// Whatever the contract allows fits into a body, however its characters are written.
func TestTheByteLimitLetsTheLongestMessageThrough(t *testing.T) {
	t.Parallel()
	emoji := strings.Repeat(`\ud83d\ude42`, 10_000)
	body := `{"subject":"` + emoji[:12*100] + `","message":"` + emoji + `"}`
	var got letter
	if err := web.Decode([]byte(body), &got); err != nil || len(body) > web.BodyLimit {
		t.Errorf("%d bytes of %d: %v", len(body), web.BodyLimit, err)
	}
}

// FuzzText: what is kept has no control character, something to see, and stays as it is when it is sent again.
func FuzzText(f *testing.F) {
	f.Add("a\x1b[31mb\v\u0085\u0092", "\u202d+49\u202c")
	f.Fuzz(func(t *testing.T, message, subject string) {
		got, p := read(t, letter{Subject: subject, Message: message})
		if p != nil {
			return
		}
		control := func(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\r' && r != '\t' }
		if strings.ContainsFunc(got.Message, control) || strings.ContainsFunc(got.Subject, unicode.IsControl) || strings.ContainsFunc(got.Subject, func(r rune) bool { return unicode.Is(unicode.Bidi_Control, r) }) {
			t.Fatalf("kept %q", got)
		}
		if again, p := read(t, got); p != nil || again != got {
			t.Fatalf("%q became %q (%v) when sent again", got, again, p)
		}
	})
}
