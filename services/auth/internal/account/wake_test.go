package account_test

import (
	"slices"
	"testing"

	"crm.example/pkg/mongo/mongotest"
	"crm.example/pkg/testenv"
	"crm.example/services/auth/internal/account"
	"crm.example/services/auth/internal/announce"
	"crm.example/services/auth/internal/store/mongostore"
)

// Each change that is told of wakes the relay once, with the user whose event waits: nobody has to wait for the sweep.
// Whatever else is written to the user in its course, and has no event, wakes nobody.
func TestEachChangeWakesTheRelay(t *testing.T) {
	changes := map[string]func(s *scene, u account.User) error{
		"profile": func(s *scene, u account.User) error {
			name := "Client Two"
			_, err := s.UpdateProfile(s.t.Context(), u.ID, account.ProfileChange{Name: &name})
			return err
		},
		"role": func(s *scene, u account.User) error {
			_, err := s.GrantRole(s.t.Context(), u.Email, account.RoleAgent)
			return err
		},
		"password": func(s *scene, _ account.User) error { return s.reset(s.pin(), "another horse") },
		"deletion": func(s *scene, u account.User) error { return s.delete(u, "right horse") },
	}
	for store, keep := range map[string]func(s *scene, wake func(string)){"SQLite": inSQLite, "MongoDB": inMongoDB} {
		for name, change := range changes {
			t.Run(store+"/"+name, func(t *testing.T) {
				s := newScene(t)
				var woken []string
				keep(s, func(id string) { woken = append(woken, id) })
				u := s.client()
				if !slices.Equal(woken, []string{u.ID}) {
					t.Errorf("signing %s up woke %v", u.ID, woken)
				}
				woken = nil
				if err := change(s, u); err != nil || !slices.Equal(woken, []string{u.ID}) {
					t.Errorf("woken %v, %v, want %s once", woken, err, u.ID)
				}
			})
		}
	}
}

func inSQLite(s *scene, wake func(string)) { s.store.Announced = wake }

func inMongoDB(s *scene, wake func(string)) {
	store, err := mongostore.Open(testenv.MongoDB(s.t), announce.Message, mongotest.Patient())
	must(s.t, err)
	s.t.Cleanup(func() { _ = store.Close() })
	store.Announced = wake
	s.Accounts.Store = store
}
