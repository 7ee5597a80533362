package storetest

import (
	"sync"
	"testing"

	"crm.example/pkg/membertest"
	"crm.example/pkg/problem"
	"crm.example/services/ticket/internal/ticket"
)

func personOf(a ticket.Actor, sequence int) ticket.Person {
	return ticket.Person{ID: a.ID, Name: a.Name, Email: "person@example.com", Role: a.Role, Sequence: sequence}
}

// The newest event of a person counts, in whatever order they come and however often.
func testPeople(t *testing.T, open Open) {
	s, agent := fresh(t, open), newAgent()
	second := personOf(agent, 2)
	first, third := second, second
	first.Sequence, first.Name, third.Sequence, third.Role = 1, "Agent Once", 3, ticket.Client
	wants := map[int]ticket.Person{1: second, 2: second, 3: third, 4: third, 5: third}
	if _, err := s.PersonByID(t.Context(), agent.ID); !problem.Is(err, problem.NotFound) {
		t.Errorf("nobody has told of the person: %v", err)
	}
	wantNobody(t, s, true)
	for i, p := range []ticket.Person{second, first, third, second, third} {
		if err := s.SavePerson(t.Context(), p); err != nil {
			t.Fatal(err)
		}
		if got, err := s.PersonByID(t.Context(), agent.ID); err != nil || got != wants[i+1] {
			t.Errorf("after %d events: %+v, %v, want %+v", i+1, got, err, wants[i+1])
		}
	}
	wantNobody(t, s, false)
	for range 2 {
		if err := s.RemovePerson(t.Context(), agent.ID); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.PersonByID(t.Context(), agent.ID); !problem.Is(err, problem.NotFound) {
		t.Errorf("the person was removed: %v", err)
	}
}

func wantNobody(t *testing.T, s ticket.People, want bool) {
	t.Helper()
	if nobody, err := s.KnowsNobody(t.Context()); err != nil || nobody != want {
		t.Errorf("knows nobody: %v, %v, want %v", nobody, err, want)
	}
}

// Of events that are kept at once, the newest is left.
func testPeopleInParallel(t *testing.T, open Open) {
	s := fresh(t, open)
	const events = 8
	for range 10 {
		agent := newAgent()
		var all sync.WaitGroup
		for sequence := range events {
			all.Go(func() {
				if err := s.SavePerson(t.Context(), personOf(agent, sequence+1)); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		if got, err := s.PersonByID(t.Context(), agent.ID); err != nil || got.Sequence != events {
			t.Errorf("kept is %+v, %v", got, err)
		}
	}
}

// An event that comes after the account was deleted is of nobody.
func testErasedPeople(t *testing.T, open Open) {
	s, gone, kept := fresh(t, open), newAgent(), newAgent()
	if err := s.Erase(t.Context(), gone.ID, noon); err != nil {
		t.Fatal(err)
	}
	for _, a := range []ticket.Actor{gone, kept} {
		if err := ticket.Learn(t.Context(), s, personOf(a, 1)); err != nil {
			t.Fatal(err)
		}
	}
	if p, err := s.PersonByID(t.Context(), gone.ID); !problem.Is(err, problem.NotFound) {
		t.Errorf("known is %+v, %v", p, err)
	}
	if _, err := s.PersonByID(t.Context(), kept.ID); err != nil {
		t.Error(err)
	}
}

// Every member of a person comes back, from its first event and from a later one.
func testEveryMemberOfAPerson(t *testing.T, open Open) {
	s := fresh(t, open)
	for seed := 1; seed <= 2; seed++ {
		var want ticket.Person
		membertest.Fill(&want, seed)
		want.ID = "one"
		if err := s.SavePerson(t.Context(), want); err != nil {
			t.Fatal(err)
		}
		got, err := s.PersonByID(t.Context(), want.ID)
		if err != nil {
			t.Fatal(err)
		}
		membertest.Same(t, "saved", got, want, nil)
	}
}
