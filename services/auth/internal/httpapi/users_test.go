package httpapi_test

import (
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"crm.example/pkg/events"
	"crm.example/pkg/problem"
	"crm.example/services/auth/internal/authtest"
)

func TestSignUpAndProfile(t *testing.T) {
	t.Parallel()
	s := authtest.Start(t)
	var made authtest.User
	res := s.Do(http.MethodPost, "/v1/user", map[string]string{
		"name": "  Client One ", "email": " Client@Example.COM", "password": authtest.Password, "company": " Example Ltd ", "phone": "", "address": " 1 Example Street ",
	})
	res.Into(t, http.StatusCreated, &made)
	want := authtest.User{
		User:    events.User{ID: made.ID, Name: "Client One", Email: "client@example.com", Role: "client"},
		Company: "Example Ltd", Address: "1 Example Street", CreatedAt: made.CreatedAt,
	}
	if made != want || res.Header.Get("Location") != "/v1/user" || res.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("got %+v, %v", made, res.Header)
	}
	if strings.Contains(string(res.Body), "$2a$") || strings.Contains(strings.ToLower(string(res.Body)), "hash") {
		t.Errorf("a hash in %s", res.Body)
	}
	bearer := authtest.Bearer(s.Login(t, "CLIENT@example.com", authtest.Password).AccessJWT)
	var got authtest.User
	s.Do(http.MethodGet, "/v1/user", nil, bearer...).Into(t, http.StatusOK, &got)
	if got != made {
		t.Errorf("profile %+v, signed up as %+v", got, made)
	}
}

func TestMergePatch(t *testing.T) {
	t.Parallel()
	s := authtest.Start(t)
	want := s.SignUp(t, "client@example.com")
	bearer := authtest.Bearer(s.Login(t, "client@example.com", authtest.Password).AccessJWT)
	patch := func(body, media string) authtest.Response {
		return s.Do(http.MethodPatch, "/v1/user", body, append(bearer, "Content-Type", media)...)
	}
	for _, step := range []struct {
		body   string
		change func()
	}{
		{`{}`, func() {}},
		{`{"name":" Client Two ","company":"Example Ltd","phone":"+1 555 0100"}`, func() { want.Name, want.Company, want.Phone = "Client Two", "Example Ltd", "+1 555 0100" }},
		{`{"phone":null}`, func() { want.Phone = "" }},
		{`{"company":"  "}`, func() { want.Company = "" }},
		{`{"address":"1 Example Street"}`, func() { want.Address = "1 Example Street" }},
	} {
		step.change()
		for _, media := range []string{"application/json", "application/merge-patch+json"} {
			var got authtest.User
			if patch(step.body, media).Into(t, http.StatusOK, &got); got != want {
				t.Errorf("%s: got %+v, want %+v", step.body, got, want)
			}
		}
	}
	for body, fault := range map[string]problem.FieldCode{
		`{"name":null}`: problem.Invalid, `{"name":"  "}`: problem.Required, `{"name":""}`: problem.Required,
		`{"name":"` + strings.Repeat("n", 101) + `"}`: problem.TooLong, `{"company":"` + strings.Repeat("c", 101) + `"}`: problem.TooLong,
		`{"phone":"` + strings.Repeat("1", 31) + `"}`: problem.TooLong, `{"company":"a\nb"}`: problem.Invalid,
		`{"email":"other@example.com"}`: problem.Unknown, `{"role":"agent"}`: problem.Unknown, `{"company":7}`: problem.Invalid,
	} {
		p := patch(body, "application/json").Refused(t, problem.InvalidInput)
		if len(p.Errors) != 1 || p.Errors[0].Code != fault {
			t.Errorf("%s: got %+v", body, p.Errors)
		}
	}
}

func TestEmailIsTakenByOne(t *testing.T) {
	t.Parallel()
	s := authtest.Start(t)
	var made, taken atomic.Int64
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			res := s.Do(http.MethodPost, "/v1/user", map[string]string{"name": "Client One", "email": "client@example.com", "password": authtest.Password})
			switch res.Status {
			case http.StatusCreated:
				made.Add(1)
			case http.StatusConflict:
				taken.Add(1)
			case http.StatusServiceUnavailable: // the queue of bcrypt was full
			default:
				t.Errorf("%d %s", res.Status, res.Body)
			}
		})
	}
	wg.Wait()
	if made.Load() != 1 {
		t.Errorf("%d were made, %d told that it is taken", made.Load(), taken.Load())
	}
	s.Do(http.MethodPost, "/v1/user", map[string]string{"name": "Client One", "email": "CLIENT@example.com", "password": authtest.Password}).Refused(t, problem.EmailTaken)
}

// What is wrong with the shape and what the rules forbid come in one answer.
func TestAllFieldErrorsAtOnce(t *testing.T) {
	t.Parallel()
	s := authtest.Start(t)
	p := s.Do(http.MethodPost, "/v1/user", `{"email":"Client <client@example.com>","password":"password123","admin":true}`).Refused(t, problem.InvalidInput)
	got := map[string]problem.FieldCode{}
	for _, f := range p.Errors {
		got[f.Pointer] = f.Code
	}
	want := map[string]problem.FieldCode{"/name": problem.Required, "/email": problem.Invalid, "/password": problem.CommonPassword, "/admin": problem.Unknown}
	if len(p.Errors) != len(want) {
		t.Errorf("got %+v", p.Errors)
	}
	for pointer, code := range want {
		if got[pointer] != code {
			t.Errorf("%s is %q", pointer, got[pointer])
		}
	}
}
