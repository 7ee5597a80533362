// Package membertest tells whether what comes back from somewhere has every member of what went there. It knows the members
// by reflection, so that one that is added to a type is in the test with nobody adding it.
package membertest

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
)

// Elsewhere are members that are not to come back, each by its path such as Conversation.Text, with the reason.
type Elsewhere map[string]string

var begin = time.Date(2126, 1, 31, 12, 0, 0, 0, time.UTC)

// Fill gives every exported member of a struct, and of what it holds, a value that is its own and not zero; every list gets two.
// Values are other ones for each seed.
func Fill(to any, seed int) {
	n := seed * 1000
	fill(reflect.ValueOf(to).Elem(), &n)
}

func fill(v reflect.Value, n *int) {
	*n++
	switch {
	case v.Type() == reflect.TypeFor[time.Time]():
		v.Set(reflect.ValueOf(begin.Add(time.Duration(*n) * time.Millisecond)))
	case v.Kind() == reflect.String:
		v.SetString(fmt.Sprintf("value-%06d", *n))
	case v.CanInt():
		v.SetInt(int64(*n))
	case v.CanUint():
		v.SetUint(uint64(*n%251) + 1)
	case v.Kind() == reflect.Bool:
		v.SetBool(true)
	case v.Kind() == reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem(), n)
	case v.Kind() == reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		fill(v.Index(0), n)
		fill(v.Index(1), n)
	case v.Kind() == reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				fill(v.Field(i), n)
			}
		}
	default:
		panic("no member is filled that is a " + v.Type().String())
	}
}

// Same fails the test for each member that differs, and for each that is zero and so proves nothing, by its name.
func Same(t testing.TB, what string, got, want any, elsewhere Elsewhere) {
	t.Helper()
	c := comparison{elsewhere: elsewhere, met: map[string]bool{}}
	c.compare("", reflect.ValueOf(got), reflect.ValueOf(want))
	for _, wrong := range c.wrong {
		t.Errorf("%s: %s", what, wrong)
	}
	for path := range elsewhere {
		if !c.met[path] {
			t.Errorf("%s: there is no member %s to be elsewhere", what, path)
		}
	}
}

type comparison struct {
	elsewhere Elsewhere
	met       map[string]bool
	wrong     []string
}

func (c *comparison) compare(path string, got, want reflect.Value) {
	if c.met[path] = true; c.elsewhere[path] != "" {
		return
	}
	switch {
	case want.Kind() == reflect.Struct && want.Type() != reflect.TypeFor[time.Time]():
		for i := range want.NumField() {
			field := want.Type().Field(i)
			if field.IsExported() {
				c.compare(strings.TrimPrefix(path+"."+field.Name, "."), got.Field(i), want.Field(i))
			}
		}
	case want.Kind() == reflect.Slice && want.Len() > 0 && got.Len() == want.Len():
		for i := range want.Len() {
			c.compare(path, got.Index(i), want.Index(i))
		}
	case want.IsZero():
		c.add(path + " is zero in what went there, so that nobody sees whether it comes back")
	case !reflect.DeepEqual(got.Interface(), want.Interface()):
		c.add(fmt.Sprintf("%s is %v and was %v", path, got.Interface(), want.Interface()))
	}
}

func (c *comparison) add(sentence string) {
	if !slices.Contains(c.wrong, sentence) {
		c.wrong = append(c.wrong, sentence)
	}
}
