// Package config fills a service's flat struct of settings from the environment and describes it for people.
// It knows no setting: the struct that it is given has the names, defaults and meanings.
//
// A field is a string, int, bool, time.Duration or []string (separated by commas) with the tags
// mapstructure (its key), doc (one sentence) and, if it must not be shown, secret:"true".
package config

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/go-viper/mapstructure/v2"
	"github.com/spf13/viper"
)

// Load sets fields of the struct that into points to, which holds the defaults. PREFIX_KEY sets the field
// with the key, also when it is empty. A secret may be in a file that PREFIX_KEY_FILE names.
// A variable that begins with PREFIX_ and names no key is an error, so that a misspelt one is
// noticed. Link variables of Kubernetes and Docker are ignored.
// Every error names the variable; none shows the value of a secret.
func Load(prefix string, into any) error {
	all := settings(prefix, into)
	if err := refuseUnknown(prefix, all); err != nil {
		return err
	}
	v := viper.New()
	v.AllowEmptyEnv(true)
	for _, s := range all {
		v.SetDefault(s.key, s.value.Interface()) // viper drops a variable whose key has no default
		if err := errors.Join(v.BindEnv(s.key, s.env), readFile(v, s)); err != nil {
			return err
		}
	}
	err := v.UnmarshalExact(into, viper.DecodeHook(mapstructure.DecodeHookFuncType(decode)))
	return named(prefix, err)
}

// refuseUnknown finds variables with the prefix that no setting reads.
func refuseUnknown(prefix string, all []setting) error {
	known := map[string]bool{}
	for _, s := range all {
		known[s.env] = true
		known[s.env+"_FILE"] = known[s.env+"_FILE"] || s.secret
	}
	for _, entry := range os.Environ() {
		name, value, _ := strings.Cut(entry, "=")
		if strings.HasPrefix(name, prefix+"_") && !known[name] && !isLinkVariable(name, value) {
			return fmt.Errorf("%s is set, but there is no such setting", name)
		}
	}
	return nil
}

// readFile reads a secret from its file, without the line break that editors add at the end.
func readFile(v *viper.Viper, s setting) error {
	path, ok := os.LookupEnv(s.env + "_FILE")
	if !s.secret || !ok {
		return nil
	}
	if _, both := os.LookupEnv(s.env); both {
		return fmt.Errorf("%s and %s_FILE are both set; set one", s.env, s.env)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("%s_FILE: %w", s.env, err)
	}
	v.Set(s.key, strings.TrimRight(string(text), "\r\n"))
	return nil
}

// named adds to an error the name of the variable whose value cannot be read.
func named(prefix string, err error) error {
	var bad *mapstructure.DecodeError
	if errors.As(err, &bad) {
		return fmt.Errorf("%s: %w", envName(prefix, bad.Name()), bad.Unwrap())
	}
	return err
}
