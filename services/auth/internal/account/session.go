package account

import "time"

// Session is what a login begins. It is known to its client as a refresh JWT that names it and its
// generation; the durable store decides whether that counts.
type Session struct {
	ID         string
	UserID     string
	Epoch      int       // the user's SessionEpoch when it began
	Generation int       // how often it was refreshed; the only refresh JWT that rotates it carries this number
	RotatedAt  time.Time // when it came to this generation
	CreatedAt  time.Time
	ExpiresAt  time.Time // fixed at login: refreshing does not move it
	EndedAt    time.Time // zero while it lives

	// RevocationPending is set with EndedAt, in the same write, and says that the registry may still hold
	// access JWTs of the session. Only who has revoked them after that write clears it.
	RevocationPending bool

	Version int // counts writes; the store's business
}

// AccessToken is what an access JWT says, and what the registry keeps of it.
type AccessToken struct {
	ID         string // the claim jti
	UserID     string
	SessionID  string
	Generation int
	Epoch      int // for the registry only
	Role       Role
	Name       string
	IssuedAt   time.Time
	ExpiresAt  time.Time
}

// RefreshToken is what a refresh JWT says.
type RefreshToken struct {
	ID         string // the claim jti
	UserID     string
	SessionID  string
	Generation int
	IssuedAt   time.Time
	ExpiresAt  time.Time
}

// Tokens is what login and refresh hand to a client.
type Tokens struct {
	AccessJWT  string
	RefreshJWT string
	ExpiresIn  time.Duration // of the access JWT
	User       User
}
