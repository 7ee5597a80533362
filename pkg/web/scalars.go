package web

import (
	"fmt"
	"math/big"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// Nullable is a member of a patch (RFC 7396): absent, null, which clears, or a value.
type Nullable[T any] struct {
	Set, Null bool
	Value     T
}

// nullable is any Nullable.
type nullable interface {
	set(null bool) (held reflect.Value, isNull bool)
}

func (n *Nullable[T]) set(null bool) (held reflect.Value, isNull bool) {
	n.Set, n.Null = true, null
	return reflect.ValueOf(&n.Value).Elem(), null
}

var timeType = reflect.TypeFor[time.Time]()

// setScalar sets a field. If the value does not fit, it says which type was expected.
func setScalar(dst reflect.Value, raw jsontext.Value) (wanted string) {
	kind := raw.Kind()
	switch {
	case dst.Type() == timeType:
		return setTime(dst, raw)
	case dst.Kind() == reflect.String:
		var text string
		if kind != '"' || json.Unmarshal(raw, &text) != nil {
			return "Must be a string"
		}
		dst.SetString(text)
	case dst.Kind() == reflect.Bool:
		if kind != 't' && kind != 'f' {
			return "Must be true or false"
		}
		dst.SetBool(kind == 't')
	case dst.CanInt():
		n, whole := wholeNumber(raw)
		if !whole {
			return "Must be a whole number"
		}
		if !n.IsInt64() || dst.OverflowInt(n.Int64()) {
			return "Must be a number nearer to zero"
		}
		dst.SetInt(n.Int64())
	default:
		panic(fmt.Sprintf("web.Bind: no field of type %s", dst.Type()))
	}
	return ""
}

// setTime takes RFC 3339 with any offset and keeps UTC.
func setTime(dst reflect.Value, raw jsontext.Value) (wanted string) {
	var at time.Time
	if raw.Kind() != '"' || json.Unmarshal(raw, &at) != nil {
		return "Must be a time such as 2026-01-31T09:30:00.000Z"
	}
	dst.Set(reflect.ValueOf(at.UTC()))
	return ""
}

// mostExponent prevents that a short number such as 1e999999999 becomes a long one.
const mostExponent = 400

// wholeNumber reads a JSON number without a fraction, also in the form 1.0 or 1e1 (JSON Schema, 6.1.1).
func wholeNumber(raw jsontext.Value) (n *big.Int, ok bool) {
	if raw.Kind() != '0' {
		return nil, false
	}
	if _, exponent, there := strings.Cut(strings.ToLower(string(raw)), "e"); there {
		if e, err := strconv.Atoi(exponent); err != nil || e > mostExponent || e < -mostExponent {
			return nil, false
		}
	}
	r, ok := new(big.Rat).SetString(string(raw))
	if !ok || !r.IsInt() {
		return nil, false
	}
	return r.Num(), true
}
