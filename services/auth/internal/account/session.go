package account

import "time"

// Session begins with a login. Its client has a refresh JWT with its id and generation; the durable store
// decides whether that is valid.
type Session struct {
	ID         string
	UserID     string
	Epoch      int       // the user's SessionEpoch when it began
	Generation int       // how often it was refreshed; the only refresh JWT that rotates it carries this number
	RotatedAt  time.Time // when it came to this generation
	Repeats    int       // how often the tokens of this generation were issued again
	CreatedAt  time.Time
	ExpiresAt  time.Time // fixed at login: refreshing does not move it
	EndedAt    time.Time // zero until it is ended

	// RevocationPending is set with EndedAt, in the same write. It says that the registry may still have
	// access JWTs of the session. Only SweepRevocations clears it, after it has revoked them.
	RevocationPending bool

	Version int // counts writes; the store's business
}

// AccessToken has the claims of an access JWT, and what the registry stores of it.
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

// RefreshToken has the claims of a refresh JWT.
type RefreshToken struct {
	ID         string // the claim jti
	UserID     string
	SessionID  string
	Generation int
	IssuedAt   time.Time
	ExpiresAt  time.Time
}

// Tokens is what login and refresh give to a client.
type Tokens struct {
	AccessJWT  string
	RefreshJWT string
	ExpiresIn  time.Duration // of the access JWT
	User       User
}

// newSession begins a session of the user. It ends 30 days later in any case: RFC 9700,
// section 4.14.2, and OWASP ASVS 5, 7.3.2, require a limit for refresh tokens and sessions.
func newSession(id string, u User, now time.Time) Session {
	return Session{
		ID: id, UserID: u.ID, Epoch: u.SessionEpoch,
		RotatedAt: now, CreatedAt: now, ExpiresAt: now.Add(SessionLifetime),
	}
}

// end ends the session. Once is enough.
func (s *Session) end(now time.Time) {
	if s.EndedAt.IsZero() {
		s.EndedAt, s.RevocationPending = now, true
	}
}

// accessToken is an access JWT for the session's present state. It never expires after the session.
func (s Session) accessToken(id string, u User, now time.Time) AccessToken {
	expires := now.Add(AccessLifetime)
	if s.ExpiresAt.Before(expires) {
		expires = s.ExpiresAt
	}
	return AccessToken{
		ID: id, UserID: u.ID, SessionID: s.ID, Generation: s.Generation, Epoch: s.Epoch,
		Role: u.Role, Name: u.Name, IssuedAt: now, ExpiresAt: expires,
	}
}

// refreshToken is the refresh JWT for the session's present state.
func (s Session) refreshToken(id string, now time.Time) RefreshToken {
	return RefreshToken{
		ID: id, UserID: s.UserID, SessionID: s.ID, Generation: s.Generation, IssuedAt: now, ExpiresAt: s.ExpiresAt,
	}
}
