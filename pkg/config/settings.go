package config

import (
	"fmt"
	"reflect"
	"strings"
	"time"
)

// setting is one field of a config struct.
type setting struct {
	key, env, doc string
	secret        bool
	value         reflect.Value
}

// settings lists the fields of a struct, or of the struct that a pointer points to, in their order.
func settings(prefix string, from any) []setting {
	v := reflect.Indirect(reflect.ValueOf(from))
	var all []setting
	for i := range v.NumField() {
		f := v.Type().Field(i)
		key := f.Tag.Get("mapstructure")
		if key == "" || key == "-" {
			continue
		}
		all = append(all, setting{
			key: key, env: envName(prefix, key), doc: f.Tag.Get("doc"),
			secret: f.Tag.Get("secret") == "true", value: v.Field(i),
		})
	}
	return all
}

func envName(prefix, key string) string {
	return prefix + "_" + strings.ToUpper(strings.ReplaceAll(key, "-", "_"))
}

// text writes the value in the form of the environment.
func (s setting) text() string {
	switch v := s.value.Interface().(type) {
	case time.Duration:
		return shortDuration(v)
	case []string:
		return strings.Join(v, ",")
	default:
		return fmt.Sprint(v)
	}
}

// shortDuration leaves out zero minutes and seconds: 336h, not 336h0m0s.
func shortDuration(d time.Duration) string {
	s := d.String()
	if strings.HasSuffix(s, "m0s") {
		s = strings.TrimSuffix(s, "0s")
	}
	if strings.HasSuffix(s, "h0m") {
		s = strings.TrimSuffix(s, "0m")
	}
	return s
}

// decode reads values that mapstructure cannot read, or accepts although they are wrong: durations, lists, and
// an empty number or bool (which it takes for 0 or false).
func decode(from, to reflect.Type, data any) (any, error) {
	text, ok := data.(string)
	switch {
	case !ok:
		return data, nil
	case to == reflect.TypeFor[time.Duration]():
		return time.ParseDuration(text)
	case to == reflect.TypeFor[[]string]():
		return split(text), nil
	case text == "" && to.Kind() != reflect.String:
		return nil, fmt.Errorf("is empty, want %s", to.Kind())
	default:
		return data, nil
	}
}

func split(text string) []string {
	list := []string{} // not nil, which would leave the default
	for part := range strings.SplitSeq(text, ",") {
		if part = strings.TrimSpace(part); part != "" {
			list = append(list, part)
		}
	}
	return list
}
