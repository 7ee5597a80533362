// Package storetest is the one suite that every ticket store passes: the contract of ticket.Store as tests.
package storetest

import (
	"context"
	"testing"
	"time"

	"github.com/google/uuid"

	"crm.example/pkg/events"
	"crm.example/pkg/outbox"
	"crm.example/pkg/outbox/outboxtest"
	"crm.example/services/ticket/internal/announce"
	"crm.example/services/ticket/internal/ticket"
)

// Store is what the suite tests: tickets, and the outbox of their events.
type Store interface {
	ticket.Store
	ticket.Archive
	ticket.Restater
	outbox.Store
	Close() error
}

// Encode is how a store is told to write events.
type Encode func(ticket.Event) (events.Message, error)

// Open gives a store over fresh, empty data. reopen gives another over what a crash at that moment
// would leave of it: the first one is not closed before.
type Open func(t *testing.T, encode Encode) (store Store, reopen func() Store)

// Run runs the suite; each test has data of its own.
func Run(t *testing.T, open Open) {
	for name, test := range map[string]func(*testing.T, Open){
		"Create":                 testCreate,
		"CreateOnce":             testCreateOnce,
		"CreateOnceInParallel":   testCreateOnceInParallel,
		"Scope":                  testScope,
		"Update":                 testUpdate,
		"UpdateRefused":          testUpdateRefused,
		"UpdateOfNothing":        testUpdateOfNothing,
		"ReplyOnce":              testReplyOnce,
		"ReplyOnceInParallel":    testReplyOnceInParallel,
		"NoLostUpdate":           testNoLostUpdate,
		"WholeAtOneMoment":       testWholeAtOneMoment,
		"LongConversation":       testLongConversation,
		"Delete":                 testDelete,
		"DeleteOnceInParallel":   testDeleteOnceInParallel,
		"ListFilters":            testListFilters,
		"ListPages":              testListPages,
		"ListStableUnderInserts": testListStableUnderInserts,
		"Search":                 testSearch,
		"SearchBounded":          testSearchBounded,
		"SearchPages":            testSearchPages,
		"SearchRestored":         testSearchRestored,
		"Facts":                  testFacts,
		"Views":                  testViews,
		"Outbox":                 testOutbox,
		"Waiting":                testWaiting,
		"PausedRelay":            testPausedRelay,
		"AllOrNothing":           testAllOrNothing,
		"Crash":                  testCrash,
		"Unavailable":            testUnavailable,
		"Restore":                testRestore,
		"RestoreLeaves":          testRestoreLeaves,
		"TicketsAfter":           testTicketsAfter,
		"Restate":                testRestate,
		"Rebuild":                testRebuild,
		"Numbers":                testNumbers,
		"NumbersInParallel":      testNumbersInParallel,
		"NumbersFromElsewhere":   testNumbersFromElsewhere,
		"DeskInParallel":         testDeskInParallel,
		"AssignedForOneVersion":  testAssignedForOneVersion,
		"NoteOnce":               testNoteOnce,
		"HistoryIsBounded":       testHistoryIsBounded,
		"Erasures":               testErasures,
		"TicketsOf":              testTicketsOf,
		"RenameAgent":            testRenameAgent,
		"People":                 testPeople,
		"PeopleInParallel":       testPeopleInParallel,
		"ErasedPeople":           testErasedPeople,
		"SavedReplies":           testSavedReplies,
		"EveryMember":            testEveryMember,
		"EveryMemberOfAnErasure": testEveryMemberOfAnErasure,
		"EveryMemberOfAPerson":   testEveryMemberOfAPerson,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, open)
		})
	}
}

var noon = time.Date(2026, 1, 31, 12, 0, 0, 123e6, time.UTC)

func clock() time.Time { return noon }

func newID() string { return uuid.Must(uuid.NewV7()).String() }

func newClient() ticket.Actor {
	return ticket.Actor{ID: newID(), Name: "Client One", Role: ticket.Client}
}

func newAgent() ticket.Actor {
	return ticket.Actor{ID: newID(), Name: "Agent One", Role: ticket.Agent}
}

func stamp(a ticket.Actor, at time.Time) ticket.Stamp {
	return ticket.Stamp{Actor: a, At: at, EventID: newID(), MessageID: newID()}
}

func fresh(t *testing.T, open Open) Store {
	t.Helper()
	store, _ := open(t, announce.Message)
	return store
}

// create stores a new ticket of the client, and gives it as agents see it.
func create(t *testing.T, s Store, client ticket.Actor, at time.Time, draft ticket.Draft) ticket.Ticket {
	t.Helper()
	created, err := s.Create(t.Context(), ticket.Open(stamp(client, at), newID(), draft))
	if err != nil {
		t.Fatalf("create: %v", err)
	}
	return find(t, s, created.ID)
}

var printer = ticket.Draft{Subject: "Printer", Message: "It is on fire"}

// edit is what the use case does with an edit.
func edit(ctx context.Context, s Store, a ticket.Actor, id string, at time.Time, e ticket.Edit) (ticket.Ticket, error) {
	st := stamp(a, at)
	return s.Update(ctx, ticket.Target{ID: id, Author: a.ID, Key: e.Key}, func(t *ticket.Ticket, earlier ticket.Idempotency) error {
		if earlier.Key != "" {
			return nil
		}
		return t.Edit(st, e, time.Hour)
	})
}

func update(t *testing.T, s Store, id string, change func(*ticket.Ticket)) ticket.Ticket {
	t.Helper()
	updated, err := s.Update(t.Context(), ticket.Target{ID: id}, func(tk *ticket.Ticket, _ ticket.Idempotency) error {
		change(tk)
		return nil
	})
	if err != nil {
		t.Fatalf("update: %v", err)
	}
	return updated
}

func find(t *testing.T, s Store, id string) ticket.Ticket {
	t.Helper()
	found, err := s.Find(t.Context(), ticket.Scope{}, id)
	if err != nil {
		t.Fatalf("find: %v", err)
	}
	return found
}

func pending(t *testing.T, s Store) []events.Message {
	t.Helper()
	return outboxtest.Left(t, s)
}

func to[T any](v T) *T { return &v }
