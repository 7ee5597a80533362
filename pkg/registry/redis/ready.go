package redis

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	goredis "github.com/redis/go-redis/v9"
)

// readyWithin is longer than a call may take: a probe should not fail for one slow answer.
const readyWithin = time.Second

// Ready tells in a sentence why Redis cannot keep the registry: it does not answer, or it would forget or refuse a
// token. In a cluster the nodes that answer decide: the cluster's own settings say whether it works with a node missing.
func (r *Registry) Ready(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, readyWithin)
	defer cancel()
	if nodes, ok := r.client.(*goredis.ClusterClient); ok {
		return clusterReady(ctx, nodes)
	}
	about, err := inquire(ctx, r.client)
	switch {
	case err != nil:
		return noAnswer(err)
	case about["cluster_enabled"] == "1":
		return errors.New("registry: Redis is a cluster, but its URL does not say cluster=true")
	}
	return about.fit()
}

func clusterReady(ctx context.Context, nodes *goredis.ClusterClient) error {
	var mu sync.Mutex
	var silent, unfit []error
	err := nodes.ForEachMaster(ctx, func(ctx context.Context, node *goredis.Client) error {
		about, err := inquire(ctx, node)
		mu.Lock()
		defer mu.Unlock()
		if err != nil {
			silent = append(silent, err)
		} else {
			unfit = append(unfit, about.fit())
		}
		return nil
	})
	if len(unfit) > 0 {
		return errors.Join(unfit...)
	}
	return noAnswer(errors.Join(append(silent, err)...))
}

func noAnswer(err error) error {
	if err == nil {
		return errors.New("registry: Redis is a cluster without slots")
	}
	return fmt.Errorf("registry: Redis does not answer: %w", err)
}

// report is a server's information about itself.
type report map[string]string

func inquire(ctx context.Context, server goredis.Cmdable) (report, error) {
	about := report{}
	if err := about.add(server.Info(ctx)); err != nil {
		return nil, err
	}
	if about["cluster_enabled"] == "1" {
		if err := about.add(server.ClusterInfo(ctx)); err != nil {
			return nil, err
		}
	}
	return about, nil
}

func (a report) add(answer *goredis.StringCmd) error {
	for line := range strings.Lines(answer.Val()) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), ":")
		a[name] = value
	}
	return answer.Err()
}

// fit tells why a server that answers cannot keep tokens.
func (a report) fit() error {
	switch {
	case a["loading"] == "1":
		return errors.New("registry: Redis is still loading its data")
	case a["role"] == "slave":
		return errors.New("registry: Redis is a replica, which takes no tokens: its URL must name the primary")
	case a["maxmemory_policy"] != "noeviction":
		return fmt.Errorf("registry: Redis may evict tokens that count: its maxmemory-policy is %q, but must be noeviction", a["maxmemory_policy"])
	case a["cluster_state"] == "fail":
		return errors.New("registry: Redis is a cluster that does not work: its cluster_state is fail")
	}
	return nil
}
