// Package storetest is what every store of the auth service must pass, whatever engine is below it.
package storetest

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"crm.example/pkg/outbox"
	"crm.example/services/auth/internal/account"
)

// Store is all that the service wants of a store.
type Store interface {
	account.Store
	account.Archive
	account.Restater
	account.Keys
	outbox.Store
}

// Open opens one place. Calling it again is what another process, or the same after a crash, would do.
type Open func(t *testing.T) Store

// Run runs the suite. fresh makes an empty place for each test; its stores encode events with announce.Message
// and close when the test ends.
func Run(t *testing.T, fresh func(t *testing.T) Open) {
	tests := map[string]func(*testing.T, Open){
		"UserComesBackAsStored":        userComesBackAsStored,
		"MissingUser":                  missingUser,
		"DeletedUserIsGone":            deletedUserIsGone,
		"EmailIsUniqueUnderRace":       emailIsUniqueUnderRace,
		"RefusedChangeStoresNothing":   refusedChangeStoresNothing,
		"RefusedChangeStoresRequest":   refusedChangeStoresRequest,
		"SameUserIsNoWrite":            sameUserIsNoWrite,
		"NoUpdateIsLost":               noUpdateIsLost,
		"PINIsUsedOnce":                pinIsUsedOnce,
		"UsersPendingRevocation":       usersPendingRevocation,
		"SessionComesBackAsStored":     sessionComesBackAsStored,
		"MissingSession":               missingSession,
		"OneRotationWins":              oneRotationWins,
		"SessionsPendingRevocation":    sessionsPendingRevocation,
		"ExpiredIsRemoved":             expiredIsRemoved,
		"RequestIsClaimedOnce":         requestIsClaimedOnce,
		"RequestsAreClaimedInOrder":    requestsAreClaimedInOrder,
		"ClaimComesBackAfterItsLease":  claimComesBackAfterItsLease,
		"LateRetryMovesNothing":        lateRetryMovesNothing,
		"EventsArePartOfTheirChange":   eventsArePartOfTheirChange,
		"EventsAreGapFreeUnderRace":    eventsAreGapFreeUnderRace,
		"PausedRelay":                  pausedRelay,
		"AllIsThereAfterACrash":        allIsThereAfterACrash,
		"Agents":                       agents,
		"Keys":                         keys,
		"EndedContextIsNoDefectOfOurs": endedContext,
		"RestoredUserIsAsItWas":        restoredUserIsAsItWas,
		"RestoreOverwritesNothing":     restoreOverwritesNothing,
		"UsersAfterInPages":            usersAfterInPages,
		"RebuildTellsWhatIsThere":      rebuildTellsWhatIsThere,
		"TombstoneStaysUntilRemoved":   tombstoneStaysUntilRemoved,
		"MarkKeepsTombstone":           markKeepsTombstone,
		"TombstoneIsPostponed":         tombstoneIsPostponed,
		"SessionsOfAUserAreRemoved":    sessionsOfAUserAreRemoved,
		"EveryMemberOfAUser":           everyMemberOfAUser,
		"EveryMemberOfASession":        everyMemberOfASession,
		"EveryMemberOfARequest":        everyMemberOfARequest,
		"EveryMemberOfAKey":            everyMemberOfAKey,
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, fresh(t))
		})
	}
}

// at is the time at which everything here begins: one so far ahead that no engine removes by its own clock what
// expires in a test.
var at = time.Date(2126, 1, 31, 9, 30, 0, int(123*time.Millisecond), time.UTC)

// client is a user with every field set, but no events.
func client(id string) account.User {
	return account.User{
		ID: id, Name: "Client \"One\" 客户\u2028", Email: id + "@example.com", Role: account.RoleAgent,
		Company: "O'Example; --", Phone: "+00 1", Address: "Line 1\nLine 2",
		PasswordHash: "$2a$12$hash", SessionEpoch: 4, RevocationPending: true,
		PIN:         account.PIN{HMAC: []byte{0, 255, 1}, RequestID: "r1", ExpiresAt: at.Add(time.Minute), Attempts: 2},
		PINFailures: account.Budget{EmptyAt: at.Add(time.Hour)}, ResetMails: []time.Time{at, at.Add(time.Second)},
		CreatedAt: at, UpdatedAt: at.Add(time.Hour), Sequence: 7,
	}
}

func session(id, userID string) account.Session {
	return account.Session{
		ID: id, UserID: userID, Epoch: 4, Generation: 3, RotatedAt: at.Add(time.Minute), Repeats: 1,
		CreatedAt: at, ExpiresAt: at.Add(time.Hour),
	}
}

func event(u account.User, verb account.Verb, sequence int) account.Event {
	return account.Event{
		ID: fmt.Sprintf("%s-%d", u.ID, sequence), Verb: verb, Sequence: sequence, At: at,
		UserID: u.ID, Name: u.Name, Email: u.Email, Role: u.Role,
	}
}

// parallel runs n calls at once and returns their errors.
func parallel(n int, call func(i int) error) []error {
	errs := make([]error, n)
	var group sync.WaitGroup
	start := make(chan struct{})
	for i := range n {
		group.Go(func() {
			<-start
			errs[i] = call(i)
		})
	}
	close(start)
	group.Wait()
	return errs
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func got[T any](t *testing.T) func(T, error) T {
	return func(value T, err error) T {
		t.Helper()
		must(t, err)
		return value
	}
}
