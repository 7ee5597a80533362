package redis_test

import (
	"strings"
	"testing"

	"crm.example/pkg/testenv"
)

// TestSnapshotRevivesNoToken crashes a server that has saved a token before it was revoked.
func TestSnapshotRevivesNoToken(t *testing.T) {
	t.Parallel()
	server := testenv.StartRedis(t)
	r, raw := open(t, server.URL, patient), client(t, server.URL)
	check(t, r.Register(t.Context(), token("a", "u")))
	wantAccept(t, r, "u", "a", true)
	check(t, raw.Save(t.Context()).Err())
	check(t, r.RevokeUser(t.Context(), "u", 1))
	server.Kill()
	server.Start()
	await(t, "the snapshot is loaded", func() bool { return raw.HExists(t.Context(), "at:{u}", "a").Val() })
	await(t, "Redis is back", func() bool { _, err := r.Accept(t.Context(), "u", "a"); return err == nil })
	wantAccept(t, r, "u", "a", false)
	if used, err := r.Accepted(t.Context(), "u", "s", 0); used || err != nil {
		t.Errorf("Accepted = %t, %v", used, err)
	}
	check(t, r.Register(t.Context(), token("b", "u")))
	wantAccept(t, r, "u", "a", false)
	wantAccept(t, r, "u", "b", true)
}

// TestReplicaRevivesNoToken promotes a replica that the revocation did not reach.
func TestReplicaRevivesNoToken(t *testing.T) {
	t.Parallel()
	primary, replica := testenv.StartRedis(t, "--repl-diskless-sync-delay", "0"), testenv.StartRedis(t)
	r, behind, raw := open(t, primary.URL, patient), open(t, replica.URL, patient), client(t, replica.URL)
	check(t, r.Register(t.Context(), token("a", "u")))
	host, port, _ := strings.Cut(primary.Addr, ":")
	check(t, raw.ReplicaOf(t.Context(), host, port).Err())
	await(t, "the replica has the token", func() bool { return raw.HExists(t.Context(), "at:{u}", "a").Val() })
	wantUnready(t, behind, "Redis is a replica")
	primary.Kill()
	check(t, raw.ReplicaOf(t.Context(), "no", "one").Err())
	check(t, behind.Ready(t.Context()))
	wantAccept(t, behind, "u", "a", false)
}
