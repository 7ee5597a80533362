package web

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/go-playground/validator/v10"
	"golang.org/x/text/unicode/norm"

	"crm.example/pkg/problem"
)

// Limits of a password in bytes: bcrypt reads no more than 72.
const (
	minPassword = 8
	maxPassword = 72
)

// maxEmail is the longest email in code points.
const maxEmail = 254

var validate = newValidator()

// newValidator has these tags besides the library's own:
//
//	line      one line of text with something visible in it and no control character; marks of direction are taken out
//	text      lines with something visible in them
//	email     the rough form of an address; the account's rule decides
//	password  8–72 bytes without NUL, in Unicode's form NFC
//	id        a UUID in its canonical form
func newValidator() *validator.Validate {
	v := validator.New(validator.WithRequiredStructEnabled())
	for tag, fault := range textTags {
		err := v.RegisterValidation(tag, func(fl validator.FieldLevel) bool { return fault(fl.Field().String()) == "" })
		if err != nil {
			panic(err) // only for an empty tag
		}
	}
	return v
}

var textTags = map[string]func(string) problem.FieldCode{
	"line": lineFault, "text": textFault, "email": emailFault, "password": passwordFault, "id": idFault,
}

// check tells whether the value fulfils its tags, and notes the first one that it breaks. sent is a string before it was tidied.
func (f *faults) check(at jsontext.Pointer, value reflect.Value, tags, sent string) bool {
	var broken validator.ValidationErrors
	if tags == "" || !errors.As(validate.Var(value.Interface(), tags), &broken) {
		return true
	}
	f.rules = append(f.rules, fieldOf(string(at), broken[0], sent))
	return false
}

func nameOf(field reflect.StructField) string {
	name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
	return name
}

func hasTag(tags, tag string) bool { return slices.Contains(strings.Split(tags, ","), tag) }

// cutDive separates the tags of a list from those of its items.
func cutDive(tags string) (own, each string) {
	own, each, _ = strings.Cut(tags, "dive")
	return strings.TrimSuffix(own, ","), strings.TrimPrefix(each, ",")
}

func required(at jsontext.Pointer) problem.Field {
	return problem.Field{Pointer: string(at), Code: problem.Required, Message: "Must be given"}
}

// fieldOf turns an error of the library into a field error of the contract.
func fieldOf(at string, fault validator.FieldError, sent string) problem.Field {
	tag, limit := fault.Tag(), fault.Param()
	switch tag {
	case "required":
		return required(jsontext.Pointer(at))
	case "min", "max":
		return outOfBounds(at, tag, limit, fault.Kind())
	case "oneof":
		choice := strings.Fields(limit)
		return problem.Field{Pointer: at, Code: problem.Invalid,
			Message: "Must be one of " + strings.Join(choice, ", "), Params: map[string]any{"oneOf": choice}}
	default:
		return describe(at, tag, textTags[tag](fmt.Sprint(fault.Value())), sent)
	}
}

// outOfBounds is for a number, the code points of a string or the items of a list.
func outOfBounds(at, tag, limit string, kind reflect.Kind) problem.Field {
	n, _ := strconv.Atoi(limit)
	field := problem.Field{Pointer: at, Code: problem.TooLong, Message: "At most " + limit, Params: map[string]any{tag: n}}
	if tag == "min" {
		field.Code, field.Message = problem.TooShort, "At least "+limit
	}
	switch kind {
	case reflect.String:
		field.Message += " characters"
	case reflect.Slice:
		field.Message += " items"
	default:
		field.Code = problem.Invalid
	}
	if n == 1 {
		field.Message = strings.TrimSuffix(field.Message, "s")
	}
	return field
}

func describe(at, tag string, code problem.FieldCode, sent string) problem.Field {
	switch code {
	case problem.Required:
		return required(jsontext.Pointer(at))
	case problem.TooShort:
		return problem.Field{Pointer: at, Code: code, Message: fmt.Sprintf("At least %d bytes", minPassword), Params: map[string]any{"min": minPassword}}
	case problem.TooLong:
		if tag == "email" {
			return tooLong(at, maxEmail, "characters")
		}
		return tooLong(at, maxPassword, "bytes")
	}
	field := problem.Field{Pointer: at, Code: code, Message: invalidMessages[tag]}
	if r, position := refused(tag, sent); position > 0 {
		character := fmt.Sprintf("U+%04X", r)
		field.Message += fmt.Sprintf("; character %d is %s", position, character)
		field.Params = map[string]any{"character": character, "position": position}
	}
	return field
}

var invalidMessages = map[string]string{
	"line":     "Must be one line without control characters",
	"email":    "Must be an email address such as client@example.com",
	"id":       "Must be an id, in the form of a UUID",
	"password": "Must not contain a NUL byte",
}

func tooLong(at string, limit int, unit string) problem.Field {
	return problem.Field{Pointer: at, Code: problem.TooLong, Message: fmt.Sprintf("At most %d %s", limit, unit), Params: map[string]any{"max": limit}}
}

func lineFault(s string) problem.FieldCode {
	if strings.ContainsFunc(s, breaksLine) {
		return problem.Invalid
	}
	return textFault(s)
}

func textFault(s string) problem.FieldCode {
	if !strings.ContainsFunc(s, visible) {
		return problem.Required
	}
	return ""
}

func emailFault(s string) problem.FieldCode {
	local, domain, at := strings.Cut(s, "@")
	switch {
	case utf8.RuneCountInString(s) > maxEmail:
		return problem.TooLong
	case !at || local == "" || domain == "" || strings.ContainsFunc(s, spaceOrControl):
		return problem.Invalid
	default:
		return ""
	}
}

func passwordFault(s string) problem.FieldCode {
	switch s = norm.NFC.String(s); {
	case len(s) < minPassword:
		return problem.TooShort
	case len(s) > maxPassword:
		return problem.TooLong
	case strings.Contains(s, "\x00"):
		return problem.Invalid
	default:
		return ""
	}
}

func idFault(s string) problem.FieldCode {
	if _, ok := canonicalID(s); !ok {
		return problem.Invalid
	}
	return ""
}
