package web

import (
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/go-playground/validator/v10"

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

// newValidator knows, besides the library's own tags:
//
//	line      one line of text with something visible in it and no control character
//	text      the same, with line breaks and tabs
//	email     the rough shape of an address; the account's rule has the last word
//	password  8–72 bytes without NUL
func newValidator() *validator.Validate {
	v := validator.New(validator.WithRequiredStructEnabled())
	v.RegisterTagNameFunc(nameOf)
	v.RegisterCustomTypeFunc(func(field reflect.Value) any { return field.Interface().(Nullable).Value }, Nullable{})
	tags := map[string]func(string) problem.FieldCode{"line": lineFault, "text": textFault, "email": emailFault, "password": passwordFault}
	for tag, fault := range tags {
		err := v.RegisterValidation(tag, func(fl validator.FieldLevel) bool { return fault(fl.Field().String()) == "" })
		if err != nil {
			panic(err) // only for an empty tag
		}
	}
	return v
}

// validateStruct trims, then checks what dst points to, but for the fields that are known to be wrong already.
func validateStruct(dst any, known []problem.Field) (wrong []problem.Field) {
	trim(reflect.ValueOf(dst).Elem())
	var faults validator.ValidationErrors
	if !errors.As(validate.Struct(dst), &faults) {
		return nil
	}
	for _, fault := range faults {
		field := fieldOf(fault)
		if !names(known, field.Pointer) {
			wrong = append(wrong, field)
		}
	}
	return wrong
}

func names(fields []problem.Field, pointer string) bool {
	for _, f := range fields {
		if f.Pointer == pointer {
			return true
		}
	}
	return false
}

// fieldOf says in the words of the contract what the library found.
func fieldOf(fault validator.FieldError) problem.Field {
	value, _ := fault.Value().(string)
	code := problem.Invalid
	switch fault.Tag() {
	case "required":
		code = problem.Required
	case "max":
		limit, _ := strconv.Atoi(fault.Param())
		return tooLong(pointer(fault.Field()), limit, "characters")
	case "line":
		code = lineFault(value)
	case "text":
		code = textFault(value)
	case "email":
		code = emailFault(value)
	case "password":
		code = passwordFault(value)
	case "oneof":
		choice := strings.Fields(fault.Param())
		return problem.Field{Pointer: pointer(fault.Field()), Code: code,
			Message: "Must be one of " + strings.Join(choice, ", "), Params: map[string]any{"oneOf": choice}}
	}
	return describe(pointer(fault.Field()), fault.Tag(), code)
}

func describe(at, tag string, code problem.FieldCode) problem.Field {
	switch code {
	case problem.Required:
		return problem.Field{Pointer: at, Code: code, Message: "Must be given"}
	case problem.TooShort:
		return problem.Field{Pointer: at, Code: code, Message: fmt.Sprintf("At least %d bytes", minPassword), Params: map[string]any{"min": minPassword}}
	case problem.TooLong:
		if tag == "email" {
			return tooLong(at, maxEmail, "characters")
		}
		return tooLong(at, maxPassword, "bytes")
	default:
		return problem.Field{Pointer: at, Code: code, Message: invalidMessages[tag]}
	}
}

var invalidMessages = map[string]string{
	"line":     "Must be one line without control characters",
	"text":     "Must be text without control characters",
	"email":    "Must be an email address such as client@example.com",
	"password": "Must not contain a NUL byte",
}

func tooLong(at string, limit int, unit string) problem.Field {
	return problem.Field{Pointer: at, Code: problem.TooLong, Message: fmt.Sprintf("At most %d %s", limit, unit), Params: map[string]any{"max": limit}}
}

func lineFault(s string) problem.FieldCode {
	if strings.ContainsFunc(s, breaksLine) {
		return problem.Invalid
	}
	return visibleFault(s)
}

func textFault(s string) problem.FieldCode {
	if strings.ContainsFunc(s, func(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\r' && r != '\t' }) {
		return problem.Invalid
	}
	return visibleFault(s)
}

func visibleFault(s string) problem.FieldCode {
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
	case !at || local == "" || domain == "" || strings.ContainsFunc(s, func(r rune) bool { return unicode.IsControl(r) || unicode.IsSpace(r) }):
		return problem.Invalid
	default:
		return ""
	}
}

func passwordFault(s string) problem.FieldCode {
	switch {
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
