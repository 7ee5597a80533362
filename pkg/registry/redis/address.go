package redis

import (
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"strconv"
	"strings"

	goredis "github.com/redis/go-redis/v9"
)

// address has the parts of a URL.
type address struct {
	server  *goredis.Options // host, user, database, TLS
	cluster bool
	more    []string // other nodes to find the cluster through
	prefix  string
}

var (
	errURL = errors.New("is not a URL such as redis://user:password@host:6379/0, with special characters in the password as in %23")
	plain  = regexp.MustCompile(`^[A-Za-z0-9:_.-]*$`) // braces would change the slots of keys
)

// parse reads a URL. Each error is the end of a sentence that begins with the name of a setting.
func parse(text string) (address, error) {
	u, err := url.Parse(text) // whose error would show the password
	switch {
	case err != nil:
		return address{}, errURL
	case u.Scheme != "redis" && u.Scheme != "rediss":
		return address{}, fmt.Errorf("has the scheme %q, but a registry is redis or rediss", u.Scheme)
	case u.Hostname() == "" || strings.Contains(u.Hostname(), ","):
		return address{}, errURL
	}
	query := u.Query()
	u.RawQuery = ""
	server, err := goredis.ParseURL(u.String())
	if err != nil {
		return address{}, errURL
	}
	return address{server: server}.with(query)
}

func (a address) with(query url.Values) (address, error) {
	for name, values := range query {
		value, err := values[len(values)-1], error(nil)
		switch name {
		case "cluster":
			a.cluster, err = strconv.ParseBool(value)
		case "addr":
			a.more = values
		case "prefix":
			a.prefix = value
		default:
			return address{}, fmt.Errorf("has the parameter %q; there are cluster, addr and prefix", name)
		}
		if err != nil {
			return address{}, fmt.Errorf("says cluster=%s, but it must be true or false", value)
		}
	}
	return a, a.validate()
}

func (a address) validate() error {
	switch {
	case !plain.MatchString(a.prefix):
		return fmt.Errorf("has the prefix %q, but it may have only letters, digits and : _ . -", a.prefix)
	case a.cluster && a.server.DB != 0:
		return errors.New("names a database of a cluster, but a cluster has only 0")
	case !a.cluster && len(a.more) > 0:
		return errors.New("has more than one address, which needs cluster=true")
	}
	return nil
}
