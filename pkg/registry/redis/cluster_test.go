package redis_test

import (
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	goredis "github.com/redis/go-redis/v9"

	"crm.example/pkg/problem"
	"crm.example/pkg/registry"
	"crm.example/pkg/registry/redis"
	"crm.example/pkg/registry/registrytest"
	"crm.example/pkg/testenv"
)

const slots = 16_384

// node is a server of a cluster.
type node struct {
	*testenv.Server
	*goredis.Client
	id  string
	url string // of a user with the fewest rights
}

func startNode(t *testing.T, args ...string) node {
	t.Helper()
	s := testenv.StartRedis(t, append(args, "--cluster-enabled", "yes", "--cluster-node-timeout", "2000",
		"--cluster-require-full-coverage", "no", "--repl-diskless-sync-delay", "0")...)
	n := node{Server: s, Client: client(t, s.URL), url: allow(t, s, " +asking +cluster|slots +cluster|info")}
	var err error
	n.id, err = n.ClusterMyID(t.Context()).Result()
	check(t, err)
	return n
}

func (n node) meet(t *testing.T, other node) {
	t.Helper()
	host, port, _ := strings.Cut(other.Addr, ":")
	check(t, n.ClusterMeet(t.Context(), host, port).Err())
}

func (n node) says(t *testing.T, what string) bool {
	return strings.Contains(n.ClusterInfo(t.Context()).Val(), what)
}

// startCluster makes a cluster of three with a third of the slots each.
func startCluster(t *testing.T) []node {
	t.Helper()
	nodes := []node{startNode(t), startNode(t), startNode(t)}
	for i, n := range nodes {
		check(t, n.ClusterAddSlotsRange(t.Context(), slots*i/3, slots*(i+1)/3-1).Err())
		check(t, n.Do(t.Context(), "CLUSTER", "SET-CONFIG-EPOCH", i+1).Err())
	}
	for _, n := range nodes[1:] {
		n.meet(t, nodes[0])
	}
	for _, n := range nodes {
		await(t, "the nodes know each other", func() bool {
			return n.says(t, "cluster_state:ok") && n.says(t, "cluster_known_nodes:3") && n.says(t, "cluster_slots_assigned:16384")
		})
	}
	return nodes
}

// through is the URL of the cluster that begins with one node.
func through(n node) string { return n.url + "?cluster=true" }

func TestCluster(t *testing.T) {
	t.Parallel()
	nodes := startCluster(t)
	t.Run("conformance", func(t *testing.T) {
		t.Parallel()
		registrytest.Run(t, func(t *testing.T) registrytest.Registry {
			return open(t, through(nodes[0])+"&prefix=test."+strings.ReplaceAll(t.Name(), "/", "."), patient)
		})
	})
	t.Run("users are spread over all nodes", func(t *testing.T) {
		t.Parallel()
		r := open(t, through(nodes[1])+"&prefix=test.spread", patient)
		const users, callers = 4_000, 8
		var all sync.WaitGroup
		for c := range callers {
			all.Go(func() {
				for i := c; i < users; i += callers {
					user := strconv.Itoa(i)
					check(t, r.Register(t.Context(), token("a", user)))
					wantAccept(t, r, user, "a", true)
					if _, _, err := r.Take(t.Context(), user, 1, 1e9); err != nil {
						t.Error(err)
					}
				}
			})
		}
		all.Wait()
		for i, n := range nodes {
			if keys := n.DBSize(t.Context()).Val(); keys < users/4 {
				t.Errorf("node %d has only %d keys", i, keys)
			}
		}
	})
}

// TestClusterMovesSlots: calls follow a slot while it moves and after, and a token that moved is refreshed.
func TestClusterMovesSlots(t *testing.T) {
	t.Parallel()
	nodes := startCluster(t)
	from, to := nodes[0], nodes[2]
	r := open(t, through(nodes[1]), patient)
	check(t, r.Ready(t.Context()))
	user, slot := userOf(t, from, 0, slots/3-1)
	check(t, r.Register(t.Context(), token("old", user)))
	setSlot := func(n node, how ...any) {
		t.Helper()
		check(t, n.Do(t.Context(), append([]any{"CLUSTER", "SETSLOT", slot}, how...)...).Err())
	}
	setSlot(to, "IMPORTING", from.id)
	setSlot(from, "MIGRATING", to.id)
	wantAccept(t, r, user, "old", true)
	host, port, _ := strings.Cut(to.Addr, ":")
	check(t, from.Migrate(t.Context(), host, port, "at:{"+user+"}", 0, 1e10).Err())
	wantAccept(t, r, user, "old", false) // by ASK
	check(t, r.Register(t.Context(), token("new", user)))
	wantAccept(t, r, user, "new", true)
	for _, n := range []node{to, from, nodes[1]} {
		setSlot(n, "NODE", to.id)
	}
	wantAccept(t, r, user, "new", true) // by MOVED
}

// userOf finds a user whose slot is in a range.
func userOf(t *testing.T, n node, first, last int64) (user string, slot int64) {
	t.Helper()
	for i := 0; ; i++ {
		user = strconv.Itoa(i)
		if slot = n.ClusterKeySlot(t.Context(), user).Val(); slot >= first && slot <= last {
			return user, slot
		}
	}
}

// joinReplica adds a replica of a node to the cluster that another node is of.
func joinReplica(t *testing.T, member, of node) node {
	t.Helper()
	replica := startNode(t)
	replica.meet(t, member)
	await(t, "the replica knows all", func() bool {
		return replica.says(t, "cluster_known_nodes:4") && replica.says(t, "cluster_slots_assigned:16384")
	})
	await(t, "the replica replicates", func() bool { return replica.ClusterReplicate(t.Context(), of.id).Err() == nil })
	await(t, "the replica is linked", func() bool {
		return strings.Contains(replica.Info(t.Context(), "replication").Val(), "master_link_status:up")
	})
	return replica
}

// TestClusterLosesANode: its users have an outage, others notice nothing, and the cluster elects its replica.
func TestClusterLosesANode(t *testing.T) {
	t.Parallel()
	nodes := startCluster(t)
	lost := nodes[0]
	replica := joinReplica(t, nodes[1], lost)
	its, _ := userOf(t, nodes[1], 0, slots/3-1)
	others, _ := userOf(t, nodes[1], slots/3, slots-1)
	r := open(t, through(nodes[1])+"&addr="+nodes[2].Addr, redis.Options{})
	for _, user := range []string{its, others} {
		await(t, "the token is there", func() bool { return r.Register(t.Context(), token("a", user)) == nil })
	}
	wantStandings := func(when string, ofIts, ofOthers registry.Standing) {
		t.Helper()
		both := []registry.Token{token("a", its), token("a", others)}
		await(t, "the standings "+when, func() bool {
			return slices.Equal(r.Standings(t.Context(), both), []registry.Standing{ofIts, ofOthers})
		})
	}
	wantStandings("before", registry.Counts, registry.Counts)
	check(t, replica.ConfigSet(t.Context(), "cluster-replica-no-failover", "yes").Err()) // until all is seen
	lost.Freeze()
	wantStandings("while it hangs", registry.Unknown, registry.Counts)
	lost.Kill()
	if _, err := r.Accept(t.Context(), its, "a"); !problem.Is(err, problem.Unavailable) {
		t.Errorf("Accept = %v", err)
	}
	await(t, "others are served", func() bool { yes, err := r.Accept(t.Context(), others, "a"); return yes && err == nil })
	await(t, "the rest is ready", func() bool { return r.Ready(t.Context()) == nil })
	check(t, replica.ConfigSet(t.Context(), "cluster-replica-no-failover", "no").Err())
	await(t, "the cluster has elected the replica, which serves", func() bool { return r.Register(t.Context(), token("b", its)) == nil })
	await(t, "its token counts", func() bool { yes, err := r.Accept(t.Context(), its, "b"); return yes && err == nil })
	await(t, "the old one does not", func() bool { yes, err := r.Accept(t.Context(), its, "a"); return !yes && err == nil })
	wantStandings("after", registry.Ended, registry.Counts)
}

func TestUnfitCluster(t *testing.T) {
	t.Parallel()
	lone := startNode(t)
	wantUnready(t, open(t, lone.url, patient), "does not say cluster=true")
	wantUnready(t, open(t, through(lone), patient), "without slots")
	check(t, lone.ClusterAddSlotsRange(t.Context(), 0, slots-1).Err())
	r := open(t, through(lone), patient)
	await(t, "the cluster of one works", func() bool { return r.Ready(t.Context()) == nil })
	check(t, lone.ConfigSet(t.Context(), "maxmemory-policy", "allkeys-lfu").Err())
	wantUnready(t, r, "Redis may evict")
	lone.Server.Kill()
	wantUnready(t, r, "Redis does not answer")
	single := testenv.StartRedis(t)
	wantUnready(t, open(t, single.URL+"?cluster=true", patient), "Redis does not answer")
}
