package web

import (
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"reflect"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/labstack/echo/v4"

	"crm.example/pkg/problem"
)

// Nullable is a string of a merge patch (RFC 7396): absent, null, which clears, or a value.
type Nullable struct {
	Set, Null bool
	Value     string
}

// Bind reads the request's body, which is one JSON object, into the struct that dst points to, whose
// fields are of type string, *string (nil when absent) or Nullable, and checks its validate tags.
// The problem it gives lists every field that is wrong: see Decode.
func Bind(c echo.Context, dst any) error {
	if err := checkMediaType(c.Request()); err != nil {
		return err
	}
	raw, err := io.ReadAll(c.Request().Body)
	if err != nil {
		return unreadable(err)
	}
	return Decode(raw, dst)
}

// unreadable is a body that ended early or came too slowly, unless it was too large.
func unreadable(err error) error {
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		return errBodyTooLarge
	}
	return &problem.Error{Code: problem.MalformedRequest, Detail: "The body did not arrive whole", Cause: err}
}

// checkMediaType takes JSON, and a merge patch where a patch is asked for, in UTF-8 without content coding.
func checkMediaType(r *http.Request) error {
	media, params, err := mime.ParseMediaType(r.Header.Get(echo.HeaderContentType))
	isJSON := media == "application/json" || (media == "application/merge-patch+json" && r.Method == http.MethodPatch)
	charset, given := params["charset"]
	coding := r.Header.Get(echo.HeaderContentEncoding)
	if err != nil || !isJSON || (given && !strings.EqualFold(charset, "utf-8")) || (coding != "" && coding != "identity") {
		return problem.New(problem.UnsupportedMediaType, "Send the body as application/json")
	}
	return nil
}

// Decode is Bind without HTTP. What is not one JSON document in UTF-8 without repeated members is
// malformed-request (400); unknown, missing and unfit members are invalid-input (422), all at once.
// Values tagged line, text or email are trimmed in place.
func Decode(raw []byte, dst any) error {
	var members map[string]jsontext.Value
	if err := json.Unmarshal(raw, &members); err != nil {
		return malformed(err)
	}
	if members == nil {
		return notAnObject()
	}
	wrong := fill(members, reflect.ValueOf(dst).Elem())
	wrong = append(wrong, validateStruct(dst, wrong)...)
	if len(wrong) > 0 {
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

// fill sets the fields of dst that the members name. The errors are in the order of the fields, those
// of unknown members after them by name.
func fill(members map[string]jsontext.Value, dst reflect.Value) (wrong []problem.Field) {
	for i := range dst.NumField() {
		name := nameOf(dst.Type().Field(i))
		raw, there := members[name]
		delete(members, name)
		if there && !set(dst.Field(i), raw) {
			wrong = append(wrong, problem.Field{Pointer: pointer(name), Code: problem.Invalid, Message: "Must be a string"})
		}
	}
	unknown := make([]string, 0, len(members))
	for name := range members {
		unknown = append(unknown, name)
	}
	slices.Sort(unknown)
	for _, name := range unknown {
		wrong = append(wrong, problem.Field{Pointer: pointer(name), Code: problem.Unknown, Message: "Not a field of this request"})
	}
	return wrong
}

func nameOf(field reflect.StructField) string {
	name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
	return name
}

func pointer(name string) string { return string(jsontext.Pointer("").AppendToken(name)) }

// set tells whether the value fits the field; null fits only a Nullable.
func set(field reflect.Value, raw jsontext.Value) bool {
	if raw.Kind() == 'n' {
		if n, ok := field.Addr().Interface().(*Nullable); ok {
			*n = Nullable{Set: true, Null: true}
			return true
		}
		return false
	}
	var text string
	if raw.Kind() != '"' || json.Unmarshal(raw, &text) != nil {
		return false
	}
	switch f := field.Addr().Interface().(type) {
	case *string:
		*f = text
	case **string:
		*f = &text
	case *Nullable:
		*f = Nullable{Set: true, Value: text}
	default:
		panic(fmt.Sprintf("web.Bind: no field of type %s", field.Type()))
	}
	return true
}
