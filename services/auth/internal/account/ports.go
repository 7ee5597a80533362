package account

import (
	"context"
	"errors"
	"time"
)

// Store keeps users, sessions and reset requests durably: what a method without an error has written
// survives a crash. Nothing is atomic across documents. A store that does not answer is a problem `unavailable`.
type Store interface {
	Users
	Sessions
	ResetRequests
	Erasures
	// RemoveExpired removes sessions and reset requests whose time was over at now.
	RemoveExpired(ctx context.Context, now time.Time) error
}

// Users keeps users. Only UsersPendingRevocation finds deleted ones.
type Users interface {
	// CreateUser stores a new user and announces its events, in one write.
	// An email that another user has is a problem `email-taken`.
	CreateUser(ctx context.Context, u User) error
	// UserByID finds a user; none is a problem `not-found`.
	UserByID(ctx context.Context, id string) (User, error)
	// UserByEmail finds a user by the normalised email; none is a problem `not-found`.
	UserByEmail(ctx context.Context, email string) (User, error)
	// Agents lists those who have one of the roles Agents, in no order.
	Agents(ctx context.Context) ([]User, error)
	// UpdateUser loads the user (else `not-found`), calls change, and stores the changed user with its events in
	// one write. The write fails if anybody else wrote meanwhile; then it starts again, so change may run more
	// than once. If change returns an error or changes nothing, nothing is stored.
	// It returns the user as stored. Fields of a newer version of the service survive, except in a user that has DeletedAt
	// afterwards: then only the fields of User stay.
	UpdateUser(ctx context.Context, id string, change func(*User) error) (User, error)
	// UpdateUserOr is UpdateUser for the case that its time must not tell whether there is such a user. If there is none, or change
	// returns an error, it stores the request instead and returns that error. Both take the same steps and one durable write.
	UpdateUserOr(ctx context.Context, id string, change func(*User) error, instead ResetRequest) (User, error)
	// UsersPendingRevocation lists users whose RevocationPending is set, at most limit, tombstones among them.
	UsersPendingRevocation(ctx context.Context, limit int) ([]User, error)
}

// Erasures keeps the tombstones of deleted users. A tombstone stays until RemoveTombstone, also when its events are
// published.
type Erasures interface {
	// ErasedUsers lists tombstones that are due at now, whose revocation is done and whose events are published, at most
	// limit. A tombstone is due until PostponeTombstone.
	ErasedUsers(ctx context.Context, now time.Time, limit int) ([]Tombstone, error)
	// ClearTombstoneRevocation clears the RevocationPending of a tombstone. One that is not there is no error.
	ClearTombstoneRevocation(ctx context.Context, userID string) error
	// PostponeTombstone makes a tombstone due at that time, and marks it as Again. One that is not there is no error.
	PostponeTombstone(ctx context.Context, userID string, until time.Time) error
	// RemoveTombstone removes a tombstone whose revocation is done and whose events are published. For any other id it does
	// nothing, without an error.
	RemoveTombstone(ctx context.Context, userID string) error
	// RemoveSessions removes every session of a user.
	RemoveSessions(ctx context.Context, userID string) error
	// Scrub overwrites removed data in the engine's files. If writers would wait long for it, it leaves this for a quiet
	// hour. If the service cannot reach the engine's files, it does nothing.
	Scrub(ctx context.Context) error
}

// Tombstone is what stays of a deleted user for a while: the id, and the work that is left.
type Tombstone struct {
	UserID string
	Again  bool // this is the second look
}

// Sessions keeps sessions.
type Sessions interface {
	// CreateSession stores a new session.
	CreateSession(ctx context.Context, s Session) error
	// SessionByID finds a session, ended ones too; none is a problem `not-found`.
	SessionByID(ctx context.Context, id string) (Session, error)
	// UpdateSession does for a session what UpdateUser does for a user.
	UpdateSession(ctx context.Context, id string, change func(*Session) error) (Session, error)
	// SessionsPendingRevocation lists sessions whose RevocationPending is set, at most limit.
	SessionsPendingRevocation(ctx context.Context, limit int) ([]Session, error)
}

// ResetRequest asks for a PIN by mail, whether or not the email has an account.
type ResetRequest struct {
	ID          string
	Email       string // normalised
	RequestedAt time.Time
	ExpiresAt   time.Time // after this the mail is of no use
	DueAt       time.Time // no worker takes it before
	Attempts    int       // how often it was claimed
}

// ResetRequests is the durable queue of reset requests. Several workers may share it.
type ResetRequests interface {
	// AddResetRequest stores a request.
	AddResetRequest(ctx context.Context, r ResetRequest) error
	// ClaimResetRequest takes the request that has been due longest and has not expired. In one atomic
	// write it counts an attempt and moves DueAt to until, so no other worker gets it before. If a worker dies,
	// the next one takes it. None is a problem `not-found`.
	ClaimResetRequest(ctx context.Context, now, until time.Time) (ResetRequest, error)
	// FinishResetRequest removes a request. One that is not there is no error.
	FinishResetRequest(ctx context.Context, id string) error
	// RetryResetRequest moves DueAt of a claimed request, unless it has been claimed again since.
	RetryResetRequest(ctx context.Context, claimed ResetRequest, at time.Time) error
}

// Key is a secret that its owner has encrypted: the store sees only bytes.
type Key struct {
	ID        string
	CreatedAt time.Time
	Data      []byte
}

// Keys keeps wrapped keys, for all replicas of the service.
type Keys interface {
	// Keys lists them, oldest first (by CreatedAt, then ID).
	Keys(ctx context.Context) ([]Key, error)
	// AddKey stores a key. If the ID exists already, nothing changes, without an error.
	AddKey(ctx context.Context, k Key) error
	// RemoveKey removes a key. One that is not there is no error.
	RemoveKey(ctx context.Context, id string) error
}

// Registry holds the valid access JWTs. Every method is atomic and every failure a problem `unavailable`.
type Registry interface {
	// Register makes a token valid until it expires or is removed.
	Register(ctx context.Context, t AccessToken) error
	// Accepted tells whether any token of this generation of the session has been used.
	Accepted(ctx context.Context, userID, sessionID string, generation int) (bool, error)
	// Remove removes one token. A missing one is no error.
	Remove(ctx context.Context, userID, tokenID string) error
	// RevokeSession removes every token of a session.
	RevokeSession(ctx context.Context, userID, sessionID string) error
	// RevokeUser removes every token of the user whose epoch is below the given one.
	RevokeUser(ctx context.Context, userID string, below int) error
}

// Throttle counts attempts under a key within a window that begins with the first of them.
// Every method is atomic; a failure is a problem `unavailable`.
type Throttle interface {
	// Take counts an attempt. left is how many more the window allows; below 0, this one was above the limit and was not
	// counted. ends is how long the window still lasts: never longer than window, even if the clock was wrong before.
	Take(ctx context.Context, key string, limit int, window time.Duration) (left int, ends time.Duration, err error)
	// Return gives one attempt back, if it was not a failure after all.
	Return(ctx context.Context, key string) error
}

// Hasher hashes passwords slowly, and few at a time: when its queue is full, or one client has its share of it, the answer
// is a problem `busy`. The client is the address that asks.
type Hasher interface {
	// Hash makes the hash to be stored.
	Hash(ctx context.Context, client, password string) (string, error)
	// Compare tells whether the password matches the hash, and whether the hash is cheaper than new ones.
	// The empty hash, which an unknown user has, takes the same time and never matches.
	Compare(ctx context.Context, client, hash, password string) (ok, stale bool, err error)
}

// Signer makes JWTs (RFC 7519).
type Signer interface {
	Access(ctx context.Context, t AccessToken) (string, error)
	Refresh(ctx context.Context, t RefreshToken) (string, error)
}

// PINs turns a PIN into a form that may be stored: an HMAC, bound to the user, with a key that is not in the store.
type PINs interface {
	HMAC(userID, pin string) []byte
}

// Announced has the published events of users.
type Announced interface {
	// Forget removes the older events of a deleted user, and their dead letters. It may be repeated.
	Forget(ctx context.Context, userID string) error
}

// Mail carries a PIN to its user.
type Mail struct {
	ID        string // another one for every attempt; can be part of a Message-ID or a file's name
	UserID    string
	To        string
	Name      string
	PIN       string
	ExpiresAt time.Time
}

// ErrRefused says that the mail server will never accept a mail to this address.
var ErrRefused = errors.New("the mail is refused for good")

// Mailer sends mail. After an error the mail must be sent again, unless it is ErrRefused. No error names the recipient.
type Mailer interface {
	Send(ctx context.Context, m Mail) error
	// Forget removes stored mails to a user. If there are none, it is no error.
	Forget(ctx context.Context, userID string) error
	// RemoveBefore removes stored mails that were sent before that time.
	RemoveBefore(ctx context.Context, at time.Time) error
}
