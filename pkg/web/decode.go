package web

import (
	"errors"
	"fmt"
	"reflect"
	"slices"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"crm.example/pkg/problem"
)

// Decode is Bind without HTTP. A body that is not one JSON document in UTF-8 without repeated members is
// malformed-request (400). Unknown, missing and wrong members are invalid-input (422), all in one problem.
//
// A field is of a type whose kind is string, bool or int, a time.Time (RFC 3339), a struct of such fields, a list of
// these, or a pointer to one, which is nil when the member is absent. null fits a Nullable only. Tags:
//
//	required         the member is there; a string is not empty
//	omitempty        an empty string is not checked further
//	min, max, oneof  for a number its value, for a string its length in code points, for a list the number of items
//	dive             the tags after it are for each item of the list
//	line, text, email, password, id   see newValidator; all except a password are tidied first
func Decode(raw []byte, dst any) error {
	var object map[string]jsontext.Value
	if err := json.Unmarshal(raw, &object); err != nil {
		return malformed(err)
	}
	if object == nil {
		return notAnObject()
	}
	var f faults
	f.fill("", object, reflect.ValueOf(dst).Elem())
	if wrong := append(f.shape, f.rules...); len(wrong) > 0 {
		return problem.NewInvalid(wrong...)
	}
	return nil
}

func malformed(err error) error {
	var syntax *jsontext.SyntacticError
	switch {
	case !errors.As(err, &syntax):
		return notAnObject()
	case errors.Is(err, jsontext.ErrDuplicateName):
		p := problem.New(problem.MalformedRequest, "A member is there more than once")
		p.Fields = []problem.Field{{Pointer: string(syntax.JSONPointer), Code: problem.Duplicate, Message: "Only once"}}
		return p
	default:
		return problem.New(problem.MalformedRequest, fmt.Sprintf("The body is not one JSON document in UTF-8: see byte %d", syntax.ByteOffset))
	}
}

func notAnObject() error {
	return problem.NewInvalid(problem.Field{Pointer: "", Code: problem.Invalid, Message: "Must be an object"})
}

// faults has the errors of a body: values of another type and unknown members first, then values that break a tag.
type faults struct{ shape, rules []problem.Field }

func (f *faults) misfit(at jsontext.Pointer, message string) {
	f.shape = append(f.shape, problem.Field{Pointer: string(at), Code: problem.Invalid, Message: message})
}

// fill sets the fields of dst that the object names, in the order of the fields. Unknown members come after them, by name.
func (f *faults) fill(at jsontext.Pointer, object map[string]jsontext.Value, dst reflect.Value) {
	for i := range dst.NumField() {
		field := dst.Type().Field(i)
		tags := field.Tag.Get("validate")
		name := nameOf(field)
		raw, there := object[name]
		delete(object, name)
		switch {
		case there:
			f.value(at.AppendToken(name), raw, dst.Field(i), tags)
		case hasTag(tags, "required"):
			f.rules = append(f.rules, required(at.AppendToken(name)))
		}
	}
	unknown := make([]string, 0, len(object))
	for name := range object {
		unknown = append(unknown, name)
	}
	slices.Sort(unknown)
	for _, name := range unknown {
		f.shape = append(f.shape, problem.Field{Pointer: string(at.AppendToken(name)), Code: problem.Unknown, Message: "Not a field of this request"})
	}
}

// value sets one field, or one item of a list, and checks its tags.
func (f *faults) value(at jsontext.Pointer, raw jsontext.Value, dst reflect.Value, tags string) {
	if n, ok := dst.Addr().Interface().(nullable); ok {
		held, null := n.set(raw.Kind() == 'n')
		if !null {
			f.value(at, raw, held, tags)
		}
		return
	}
	target := dst
	if dst.Kind() == reflect.Pointer {
		dst.Set(reflect.New(dst.Type().Elem()))
		target = dst.Elem()
	}
	switch {
	case target.Type() != timeType && target.Kind() == reflect.Struct:
		f.object(at, raw, target)
	case target.Kind() == reflect.Slice:
		f.list(at, raw, target, tags)
	default:
		f.scalar(at, raw, dst, target, tags)
	}
}

func (f *faults) object(at jsontext.Pointer, raw jsontext.Value, dst reflect.Value) {
	var object map[string]jsontext.Value
	if raw.Kind() != '{' || json.Unmarshal(raw, &object) != nil {
		f.misfit(at, "Must be an object")
		return
	}
	f.fill(at, object, dst)
}

// list ignores the items of a list whose length breaks a tag.
func (f *faults) list(at jsontext.Pointer, raw jsontext.Value, dst reflect.Value, tags string) {
	var items []jsontext.Value
	if raw.Kind() != '[' || json.Unmarshal(raw, &items) != nil {
		f.misfit(at, "Must be a list")
		return
	}
	dst.Set(reflect.MakeSlice(dst.Type(), len(items), len(items)))
	own, each := cutDive(tags)
	if !f.check(at, dst, own, "") {
		return
	}
	for i, item := range items {
		f.value(at.AppendToken(fmt.Sprint(i)), item, dst.Index(i), each)
	}
}

// scalar checks a pointer as a pointer: if it is there, it is not empty, whatever its value.
func (f *faults) scalar(at jsontext.Pointer, raw jsontext.Value, dst, target reflect.Value, tags string) {
	if wanted := setScalar(target, raw); wanted != "" {
		f.misfit(at, wanted)
		return
	}
	if target.Kind() != reflect.String {
		f.check(at, target.Addr(), tags, "")
		return
	}
	sent := target.String()
	if tidy := tidierOf(tags); tidy != nil {
		target.SetString(tidy(sent))
	}
	f.check(at, dst, tags, sent)
}
