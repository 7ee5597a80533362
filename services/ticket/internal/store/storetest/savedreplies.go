package storetest

import (
	"cmp"
	"errors"
	"slices"
	"testing"

	"crm.example/pkg/membertest"
	"crm.example/pkg/problem"
	"crm.example/services/ticket/internal/ticket"
)

// Saved replies are there as they were stored last, until they are removed.
func testSavedReplies(t *testing.T, open Open) {
	s := fresh(t, open)
	var one, two ticket.SavedReply
	membertest.Fill(&one, 1)
	membertest.Fill(&two, 2)
	wantReplies(t, s)
	for _, r := range []ticket.SavedReply{one, two} {
		if err := s.AddSavedReply(t.Context(), r); err != nil {
			t.Fatal(err)
		}
	}
	again := one
	again.Text = "Other words"
	if err := s.AddSavedReply(t.Context(), again); !errors.Is(err, ticket.ErrThere) {
		t.Errorf("one with its id is there: %v", err)
	}
	wantReplies(t, s, one, two)
	one.Name, one.Text = "Another name", "Other words"
	if err := s.ChangeSavedReply(t.Context(), one); err != nil {
		t.Fatal(err)
	}
	wantReplies(t, s, one, two)
	if err := s.RemoveSavedReply(t.Context(), two.ID); err != nil {
		t.Fatal(err)
	}
	wantReplies(t, s, one)
	for what, err := range map[string]error{"changed": s.ChangeSavedReply(t.Context(), two), "removed": s.RemoveSavedReply(t.Context(), two.ID)} {
		if !problem.Is(err, problem.NotFound) {
			t.Errorf("one that is gone was %s: %v", what, err)
		}
	}
	wantReplies(t, s, one)
}

func wantReplies(t *testing.T, s Store, want ...ticket.SavedReply) {
	t.Helper()
	byID := func(a, b ticket.SavedReply) int { return cmp.Compare(a.ID, b.ID) }
	got, err := s.SavedReplies(t.Context())
	slices.SortFunc(got, byID)
	slices.SortFunc(want, byID)
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("saved replies are %+v, %v, want %+v", got, err, want)
	}
}
