package httpapi_test

import (
	"net/http"
	"testing"

	"github.com/google/uuid"

	"crm.example/pkg/events"
	"crm.example/pkg/problem"
	"crm.example/services/auth/internal/authtest"
)

// staff makes a user of the role who is logged in.
func staff(t *testing.T, s *authtest.Server, email, role string) (user events.User, bearer []string) {
	t.Helper()
	s.SignUp(t, email)
	if err := s.Service.GrantRole(t.Context(), email, role); err != nil {
		t.Fatal(err)
	}
	in := s.Login(t, email, authtest.Password)
	return in.User.User, authtest.Bearer(in.AccessJWT)
}

// Agents see who answers clients, by name, and nobody else.
func TestAgents(t *testing.T) {
	t.Parallel()
	s := authtest.Start(t)
	s.SignUp(t, "client@example.com")
	second, bearer := staff(t, s, "second@example.com", "agent")
	first, admin := staff(t, s, "first@example.com", "admin")
	left, _ := staff(t, s, "left@example.com", "agent")
	if err := s.Service.GrantRole(t.Context(), left.Email, "client"); err != nil {
		t.Fatal(err)
	}
	gone, goes := staff(t, s, "gone@example.com", "agent")
	s.Do(http.MethodPost, "/v1/user/delete-account", map[string]string{"password": authtest.Password}, goes...).Want(t, http.StatusNoContent)
	for name, of := range map[string][]string{"Agent B": bearer, "Agent A": admin} {
		s.Do(http.MethodPatch, "/v1/user", map[string]string{"name": name}, of...).Want(t, http.StatusOK)
	}
	first.Name, second.Name = "Agent A", "Agent B"
	for _, of := range [][]string{bearer, admin} {
		var page struct{ Items []events.User }
		s.Do(http.MethodGet, "/v1/user/agents", nil, of...).Into(t, http.StatusOK, &page)
		if len(page.Items) != 2 || page.Items[0] != first || page.Items[1] != second {
			t.Errorf("agents are %+v, want %+v and %+v; %s and %s are none", page.Items, first, second, left.ID, gone.ID)
		}
	}
}

// Agents see clients and nobody else, and clients see nobody.
func TestClientForAgents(t *testing.T) {
	t.Parallel()
	s := authtest.Start(t)
	client := s.SignUp(t, "client@example.com")
	own := authtest.Bearer(s.Login(t, "client@example.com", authtest.Password).AccessJWT)
	s.Do(http.MethodPatch, "/v1/user", map[string]string{"phone": "+1 555 0100", "company": "Example Ltd"}, own...).Into(t, http.StatusOK, &client)
	agent, bearer := staff(t, s, "agent@example.com", "agent")
	admin, manages := staff(t, s, "admin@example.com", "admin")
	for _, of := range [][]string{bearer, manages} {
		var got authtest.User
		s.Do(http.MethodGet, "/v1/user/clients/"+client.ID, nil, of...).Into(t, http.StatusOK, &got)
		if got != client || got.Phone == "" {
			t.Errorf("the client is %+v, want %+v", got, client)
		}
	}
	for _, id := range []string{agent.ID, admin.ID, uuid.NewString(), "no-uuid", client.ID + "%2Fx", "..%2F" + client.ID} {
		s.Do(http.MethodGet, "/v1/user/clients/"+id, nil, bearer...).Refused(t, problem.NotFound)
	}
	for _, path := range []string{"/v1/user/agents", "/v1/user/clients/" + client.ID} {
		s.Do(http.MethodGet, path, nil, own...).Refused(t, problem.RoleForbidden)
		s.Do(http.MethodGet, path, nil).Refused(t, problem.TokenMissing)
		s.Do(http.MethodGet, path+"?all=1", nil, bearer...).Refused(t, problem.UnknownParameter)
		s.Do(http.MethodPost, path, nil, bearer...).Refused(t, problem.MethodNotAllowed)
	}
	s.Do(http.MethodPost, "/v1/user/delete-account", map[string]string{"password": authtest.Password}, own...).Want(t, http.StatusNoContent)
	s.Do(http.MethodGet, "/v1/user/clients/"+client.ID, nil, bearer...).Refused(t, problem.NotFound)
}
