package runner

import (
	"fmt"
	"strings"
	"time"

	"crm.example/pkg/registry/redis"
)

// OpenRegistry opens the registry that all services share. setting is the name of the variable with the URL. It connects at the
// first call, and no call takes longer than the timeout.
func OpenRegistry(setting, url string, timeout time.Duration) (*redis.Registry, error) {
	scheme, _, _ := strings.Cut(url, ":")
	switch {
	case url == "":
		return nil, fmt.Errorf("%s is not set, but must name the Redis that all services share: redis://user:password@host:6379", setting)
	case scheme == "memory": // the other services could not read it
		return nil, fmt.Errorf("%s has the scheme %q, but must name the Redis that all services share; memory: is for the standalone process", setting, scheme)
	}
	registry, err := redis.Open(url, redis.Options{Timeout: timeout})
	if err != nil {
		return nil, fmt.Errorf("%s %w", setting, err)
	}
	return registry, nil
}

// CheckRegistry refuses the URLs that OpenRegistry would refuse.
func CheckRegistry(setting, url string) error {
	registry, err := OpenRegistry(setting, url, 0)
	if err != nil {
		return err
	}
	return registry.Close()
}
