package httpapi_test

import (
	"net/http"
	"testing"

	"crm.example/pkg/problem"
	"crm.example/services/auth/internal/authtest"
)

func deleteAccount(s *authtest.Server, access string, body any) authtest.Response {
	return s.Do(http.MethodPost, "/v1/user/delete-account", body, authtest.Bearer(access)...)
}

func TestDeleteAccount(t *testing.T) {
	t.Parallel()
	s := authtest.Start(t)
	first := s.SignUp(t, "client@example.com")
	tokens := s.Login(t, "client@example.com", authtest.Password)
	s.ResetPIN(t, "client@example.com")
	if res := deleteAccount(s, tokens.AccessJWT, map[string]string{"password": authtest.Password}); res.Status != http.StatusNoContent || len(res.Body) > 0 {
		t.Fatalf("got %d %s", res.Status, res.Body)
	}
	profile(s, tokens.AccessJWT).Refused(t, problem.TokenRevoked)
	deleteAccount(s, tokens.AccessJWT, map[string]string{"password": authtest.Password}).Refused(t, problem.TokenRevoked)
	if res := s.Refresh(tokens.RefreshJWT); res.Status != http.StatusForbidden {
		t.Errorf("its refresh JWT: %d %s", res.Status, res.Body)
	}
	login(s, "client@example.com", authtest.Password).Refused(t, problem.WrongCredentials)
	if pins := s.PINs(t); len(pins) != 0 {
		t.Errorf("%d mails are left", len(pins))
	}
	if again := s.SignUp(t, "client@example.com"); again.ID == first.ID {
		t.Error("the same user is there again")
	}
}

// The password is a field of the body like others: wrong, it is invalid, and 401 stays the answer of login alone.
func TestDeletionsThatAreRefused(t *testing.T) {
	t.Parallel()
	s := authtest.Start(t)
	s.SignUp(t, "client@example.com")
	tokens := s.Login(t, "client@example.com", authtest.Password)
	for name, body := range map[string]string{
		"wrong": `{"password":"ten lives of a grey cat"}`, "empty": `{"password":""}`, "none": `{}`, "null": `{"password":null}`,
		"more": `{"password":"` + authtest.Password + `","reason":"none"}`, "73 bytes": `{"password":"` + string(make73()) + `"}`,
	} {
		if res := deleteAccount(s, tokens.AccessJWT, body); res.Status != http.StatusUnprocessableEntity {
			t.Errorf("%s: %d %s", name, res.Status, res.Body)
		}
	}
	s.Do(http.MethodPost, "/v1/user/delete-account", `{"password":"`+authtest.Password+`"}`).Refused(t, problem.TokenMissing)
	deleteAccount(s, tokens.RefreshJWT, map[string]string{"password": authtest.Password}).Refused(t, problem.TokenInvalid)
	for range 9 {
		deleteAccount(s, tokens.AccessJWT, `{"password":"ten lives of a grey cat"}`).Want(t, http.StatusUnprocessableEntity)
	}
	deleteAccount(s, tokens.AccessJWT, map[string]string{"password": authtest.Password}).Refused(t, problem.RateLimited)
	login(s, "client@example.com", authtest.Password).Refused(t, problem.RateLimited)
	profile(s, tokens.AccessJWT).Want(t, http.StatusOK)
}

func make73() []byte {
	text := make([]byte, 73)
	for i := range text {
		text[i] = 'x'
	}
	return text
}
