package ticket_test

import (
	"testing"

	"crm.example/pkg/problem"
	"crm.example/services/ticket/internal/ticket"
)

func TestPermit(t *testing.T) {
	t.Parallel()
	const own, all, forbidden = "own", "all", "forbidden"
	tests := map[ticket.Action]struct{ client, agent string }{
		ticket.ToOpen:     {own, all},
		ticket.ToList:     {own, all},
		ticket.ToRead:     {own, all},
		ticket.ToReply:    {own, all},
		ticket.ToEdit:     {own, all},
		ticket.ToClose:    {own, all},
		ticket.ToDelete:   {own, forbidden},
		ticket.ToRate:     {own, forbidden},
		ticket.ToFollowUp: {own, all},
		ticket.ToNote:     {forbidden, all},
		ticket.ToAssign:   {forbidden, all},
		ticket.ToTag:      {forbidden, all},
		ticket.ToSnooze:   {forbidden, all},
		ticket.ToReuse:    {forbidden, all},
		ticket.ToManage:   {forbidden, forbidden},
		"archive":         {forbidden, forbidden},
	}
	if scope, err := ticket.Permit(ticket.Actor{ID: "me", Role: ticket.Admin}, ticket.ToManage); reachOf(scope, err) != all {
		t.Errorf("an admin may manage saved replies: %v", err)
	}
	for action, want := range tests {
		for role, want := range map[ticket.Role]string{ticket.Client: want.client, ticket.Agent: want.agent, ticket.Admin: want.agent, "auditor": forbidden, "": forbidden} {
			if role == ticket.Admin && action == ticket.ToManage {
				continue
			}
			scope, err := ticket.Permit(ticket.Actor{ID: "me", Role: role}, action)
			if got := reachOf(scope, err); got != want {
				t.Errorf("%q may %s: %s, want %s", role, action, got, want)
			}
		}
	}
}

func reachOf(scope ticket.Scope, err error) string {
	switch {
	case problem.Is(err, problem.RoleForbidden):
		return "forbidden"
	case err != nil:
		return err.Error()
	case !scope.Covers("me"):
		return "not even own"
	case scope.Covers("somebody else"):
		return "all"
	default:
		return "own"
	}
}

func TestNobodyOwnsNothing(t *testing.T) {
	t.Parallel()
	if _, err := ticket.Permit(ticket.Actor{Role: ticket.Client}, ticket.ToList); !problem.Is(err, problem.RoleForbidden) {
		t.Errorf("a client without an id: %v, want role-forbidden, since its scope would be every ticket", err)
	}
}
