package web_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"crm.example/pkg/problem"
	"crm.example/pkg/web"
)

type form struct {
	Subject  string               `json:"subject" validate:"required,line,max=10"`
	Message  *string              `json:"message" validate:"omitempty,text,max=20"`
	Email    string               `json:"email" validate:"omitempty,email"`
	Password string               `json:"password" validate:"omitempty,password"`
	Kind     *string              `json:"kind" validate:"omitempty,oneof=a b"`
	Phone    web.Nullable[string] `json:"phone" validate:"omitempty,line,max=5"`
}

func TestDecode(t *testing.T) {
	t.Parallel()
	long := func(n int) string { return strings.Repeat("é", n) }
	tests := map[string]struct {
		body string
		code problem.Code
		want []string // pointer code
	}{
		"fits":                   {`{"subject":" hi "}`, "", nil},
		"longest":                {`{"subject":"` + long(10) + `"}`, "", nil},
		"white space at end":     {`{"subject":"hi"} ` + "\n", "", nil},
		"nothing":                {``, problem.MalformedRequest, nil},
		"not JSON":               {`subject=hi`, problem.MalformedRequest, nil},
		"cut off":                {`{"subject":"hi"`, problem.MalformedRequest, nil},
		"two documents":          {`{"subject":"hi"}{"subject":"ho"}`, problem.MalformedRequest, nil},
		"extra data":             {`{"subject":"hi"} x`, problem.MalformedRequest, nil},
		"byte order mark":        {"\ufeff" + `{"subject":"hi"}`, problem.MalformedRequest, nil},
		"repeated member":        {`{"subject":"a","subject":"b"}`, problem.MalformedRequest, []string{"/subject duplicate"}},
		"repeated, escaped":      {`{"subject":"a","\u0073ubject":"b"}`, problem.MalformedRequest, []string{"/subject duplicate"}},
		"repeated below":         {`{"subject":{"a":1,"a":2}}`, problem.MalformedRequest, []string{"/subject/a duplicate"}},
		"invalid UTF-8":          {"{\"subject\":\"\xff\"}", problem.MalformedRequest, nil},
		"lone surrogate":         {`{"subject":"\ud800"}`, problem.MalformedRequest, nil},
		"deep":                   {`{"subject":` + strings.Repeat("[", 10001) + strings.Repeat("]", 10001) + `}`, problem.MalformedRequest, nil},
		"array":                  {`[]`, problem.InvalidInput, []string{" invalid"}},
		"null":                   {`null`, problem.InvalidInput, []string{" invalid"}},
		"operator":               {`{"subject":"hi","email":{"$gt":""}}`, problem.InvalidInput, []string{"/email invalid"}},
		"number":                 {`{"subject":1}`, problem.InvalidInput, []string{"/subject invalid"}},
		"null member":            {`{"subject":null}`, problem.InvalidInput, []string{"/subject invalid"}},
		"null pointer":           {`{"subject":"a","message":null}`, problem.InvalidInput, []string{"/message invalid"}},
		"null clears":            {`{"subject":"a","phone":null}`, "", nil},
		"missing":                {`{}`, problem.InvalidInput, []string{"/subject required"}},
		"empty":                  {`{"subject":""}`, problem.InvalidInput, []string{"/subject required"}},
		"white space":            {`{"subject":"\u2003 \t"}`, problem.InvalidInput, []string{"/subject required"}},
		"zero width":             {`{"subject":"\u200b\u3164\u2800\ufe0f"}`, problem.InvalidInput, []string{"/subject required"}},
		"empty pointer":          {`{"subject":"a","message":" "}`, problem.InvalidInput, []string{"/message required"}},
		"too long":               {`{"subject":"` + long(11) + `"}`, problem.InvalidInput, []string{"/subject too-long"}},
		"trimmed before counted": {`{"subject":"  ` + long(10) + `  "}`, "", nil},
		"NUL":                    {`{"subject":"a\u0000b"}`, problem.InvalidInput, []string{"/subject invalid"}},
		"line break":             {`{"subject":"a\nb"}`, problem.InvalidInput, []string{"/subject invalid"}},
		"turned round":           {`{"subject":"a\u202eb"}`, "", nil},
		"only marks":             {`{"subject":"\u202d\u202c\u200f"}`, problem.InvalidInput, []string{"/subject required"}},
		"Khmer vowel alone":      {`{"subject":"\u17b4"}`, problem.InvalidInput, []string{"/subject required"}},
		"tags alone":             {`{"subject":"\udb40\udc41\u00ad\u180b"}`, problem.InvalidInput, []string{"/subject required"}},
		"line separator":         {`{"subject":"a\u2028b"}`, problem.InvalidInput, []string{"/subject invalid"}},
		"line break in text":     {`{"subject":"a","message":"a\nb"}`, "", nil},
		"escape in text":         {`{"subject":"a","message":"a\u001bb"}`, "", nil},
		"controls only in text":  {`{"subject":"a","message":"\u001b[1m\u0000\u0007"}`, problem.InvalidInput, []string{"/message required"}},
		"email with CR":          {`{"subject":"a","email":"a\r\nb@c.example"}`, problem.InvalidInput, []string{"/email invalid"}},
		"email with LF at end":   {`{"subject":"a","email":"a@c.example\n"}`, problem.InvalidInput, []string{"/email invalid"}},
		"email with spaces":      {`{"subject":"a","email":" a@c.example "}`, "", nil},
		"email too long":         {`{"subject":"a","email":"a@` + long(254) + `"}`, problem.InvalidInput, []string{"/email too-long"}},
		"password of 7 bytes":    {`{"subject":"a","password":"1234567"}`, problem.InvalidInput, []string{"/password too-short"}},
		"password of 73 bytes":   {`{"subject":"a","password":"` + long(36) + `x"}`, problem.InvalidInput, []string{"/password too-long"}},
		"password of 7, typed 8": {`{"subject":"a","password":"e\u03011234"}`, problem.InvalidInput, []string{"/password too-short"}},
		"password with NUL":      {`{"subject":"a","password":"12345678\u0000"}`, problem.InvalidInput, []string{"/password invalid"}},
		"not a choice":           {`{"subject":"a","kind":"c"}`, problem.InvalidInput, []string{"/kind invalid"}},
		"other case":             {`{"Subject":"a"}`, problem.InvalidInput, []string{"/Subject unknown", "/subject required"}},
		"all at once": {`{"zz":1,"a/b":2,"subject":"","message":5,"phone":"123456"}`, problem.InvalidInput,
			[]string{"/message invalid", "/a~1b unknown", "/zz unknown", "/subject required", "/phone too-long"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got form
			err := web.Decode([]byte(test.body), &got)
			if test.code == "" {
				if err != nil {
					t.Fatalf("Decode: %v, want none", err)
				}
				return
			}
			var p *problem.Error
			if !errors.As(err, &p) || p.Code != test.code || !slices.Equal(fieldsOf(p), test.want) {
				t.Errorf("Decode: %v, want %s %v", err, test.code, test.want)
			}
		})
	}
}

func fieldsOf(p *problem.Error) (list []string) {
	for _, f := range p.Fields {
		list = append(list, f.Pointer+" "+string(f.Code))
	}
	return list
}

func TestDecodeKeepsWhatWasSent(t *testing.T) {
	t.Parallel()
	var got form
	if err := web.Decode([]byte(`{"subject":" hi ","message":"","phone":"1"}`), &got); err == nil {
		t.Error("an empty message passed")
	}
	got = form{}
	if err := web.Decode([]byte(`{"subject":" hi ","password":" 12345678 ","phone":null}`), &got); err != nil {
		t.Fatal(err)
	}
	if got.Subject != "hi" || got.Password != " 12345678 " || got.Message != nil || got.Phone != (web.Nullable[string]{Set: true, Null: true}) {
		t.Errorf("Decode = %+v", got)
	}
}

// FuzzDecode: whatever is sent, Decode gives a problem of the contract or values that keep to their tags.
func FuzzDecode(f *testing.F) {
	f.Add(`{"subject":"hi","message":"a\nb","email":"a@b.example","password":"12345678","kind":"a","phone":null}`)
	f.Add(`{"subject":"\u0000","subject":[{}]}`)
	f.Fuzz(func(t *testing.T, body string) {
		var got form
		if err := web.Decode([]byte(body), &got); err != nil {
			if !problem.Is(err, problem.MalformedRequest) && !problem.Is(err, problem.InvalidInput) {
				t.Fatalf("Decode(%q): %v", body, err)
			}
			return
		}
		n := utf8.RuneCountInString(got.Subject)
		if n < 1 || n > 10 || !utf8.ValidString(got.Subject) || strings.ContainsAny(got.Subject, "\x00\r\n") || strings.TrimSpace(got.Subject) != got.Subject {
			t.Fatalf("Decode(%q) let the subject %q pass", body, got.Subject)
		}
		if p := got.Password; p != "" && (len(p) < 8 || len(p) > 72 || strings.Contains(p, "\x00")) {
			t.Fatalf("Decode(%q) let the password %q pass", body, p)
		}
	})
}
