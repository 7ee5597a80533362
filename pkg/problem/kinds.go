package problem

import "net/http"

// Code names one kind of problem. It is stable: programs switch on it, texts may change.
type Code string

// The codes of the contract. Kinds holds what each one means.
const (
	MalformedRequest     Code = "malformed-request"
	InvalidCursor        Code = "invalid-cursor"
	UnknownParameter     Code = "unknown-parameter"
	WrongCredentials     Code = "wrong-credentials"
	TokenExpired         Code = "token-expired"
	TokenRevoked         Code = "token-revoked"
	TokenMissing         Code = "token-missing"
	TokenInvalid         Code = "token-invalid"
	RefreshInvalid       Code = "refresh-invalid"
	SessionEnded         Code = "session-ended"
	RoleForbidden        Code = "role-forbidden"
	CrossOrigin          Code = "cross-origin"
	NotFound             Code = "not-found"
	MethodNotAllowed     Code = "method-not-allowed"
	EmailTaken           Code = "email-taken"
	TicketLocked         Code = "ticket-locked"
	ConversationFull     Code = "conversation-full"
	ConversationMoved    Code = "conversation-moved"
	TicketNotClosed      Code = "ticket-not-closed"
	VersionMismatch      Code = "version-mismatch"
	BodyTooLarge         Code = "body-too-large"
	UnsupportedMediaType Code = "unsupported-media-type"
	InvalidInput         Code = "invalid-input"
	PINInvalid           Code = "pin-invalid"
	IdempotencyMismatch  Code = "idempotency-mismatch"
	RateLimited          Code = "rate-limited"
	HeadersTooLarge      Code = "headers-too-large"
	Internal             Code = "internal"
	Unavailable          Code = "unavailable"
	Busy                 Code = "busy"
)

// Kind is what every problem of one code has in common.
type Kind struct {
	Code   Code
	Status int    // the HTTP status of the answer
	Title  string // the same for every occurrence (RFC 9457, section 3.1.3)
	About  string // when it happens
	Remedy string // what the client can do
	Token  bool   // the access or refresh JWT is at fault: the answer carries WWW-Authenticate (RFC 6750)
}

// Kinds is the one table of problems: the code answers from it and the gateway documents it.
// It is in the order of the statuses and must not be changed at run time.
var Kinds = []Kind{
	{MalformedRequest, http.StatusBadRequest, "The request is malformed",
		"The body is not one JSON document in UTF-8, or repeats a member; the path, the query or a header cannot be read; or the request has a body where the route takes none.",
		"Correct the program that made the request; sending it again changes nothing.", false},
	{InvalidCursor, http.StatusBadRequest, "The cursor is not valid",
		"The cursor was edited, or it belongs to a list with other filters.",
		"Start the list again without a cursor.", false},
	{UnknownParameter, http.StatusBadRequest, "A query parameter is unknown, repeated or unreadable",
		"A query parameter is unknown to the route, is given twice, or has a value outside its range.",
		"Correct the parameter that the detail names.", false},
	{WrongCredentials, http.StatusUnauthorized, "Wrong email or password",
		"No account has this email and this password. The answer does not tell which of the two is wrong.",
		"Ask the person again, or offer to reset the password.", false},
	{TokenExpired, http.StatusForbidden, "The access JWT has expired",
		"The access JWT is genuine, but older than 15 minutes.",
		"Refresh once, then send the request again.", true},
	{TokenRevoked, http.StatusForbidden, "The access JWT was revoked",
		"The access JWT is genuine, but no longer registered: its session has ended, or the registry was restarted.",
		"Refresh once, then send the request again; if the refresh fails, log in.", true},
	{TokenMissing, http.StatusForbidden, "An access JWT is needed",
		"The route is private and the request carries no `Authorization: Bearer …` header.",
		"Log in and send the access JWT.", true},
	{TokenInvalid, http.StatusForbidden, "The token is not valid",
		"The token was not issued by this system, was changed, or has the wrong type for the route.",
		"Log in again.", true},
	{RefreshInvalid, http.StatusForbidden, "The refresh JWT is not valid",
		"The refresh JWT was not issued by this system, has expired, or its session is unknown.",
		"Log in again.", true},
	{SessionEnded, http.StatusForbidden, "The session has ended",
		"The session was ended by logout, a password reset, a change of role, or because its refresh JWT was used twice.",
		"Log in again.", true},
	{RoleForbidden, http.StatusForbidden, "Your role may not do this",
		"The access JWT is valid, but its role has no right to this operation.",
		"Show the message; neither refreshing nor logging in helps.", false},
	{CrossOrigin, http.StatusForbidden, "Another site may not use your session",
		"The request has the session's cookies, but the browser says that a page of another site sent it.",
		"Send it from a page of the gateway's own origin, or use tokens.", false},
	{NotFound, http.StatusNotFound, "Not found",
		"The route does not exist, or what it names does not exist, or you may not see it.",
		"Show the message.", false},
	{MethodNotAllowed, http.StatusMethodNotAllowed, "The route does not take this method",
		"The path exists, but not with this method. The `Allow` header lists its methods.",
		"Use a method that `Allow` lists.", false},
	{EmailTaken, http.StatusConflict, "The email already has an account",
		"Somebody has signed up with this email before.",
		"Offer to log in or to reset the password.", false},
	{TicketLocked, http.StatusConflict, "The ticket can no longer be reopened",
		"The ticket was closed too long ago for a reply to reopen it.",
		"Open a new ticket.", false},
	{ConversationFull, http.StatusConflict, "The conversation is full",
		"The ticket has 500 messages or 1 MiB of text.",
		"Open a new ticket.", false},
	{ConversationMoved, http.StatusConflict, "Somebody else has written meanwhile",
		"`lastSeq` names a message after which somebody else has written; `params` have what was missed. Nothing was done.",
		"Show the messages that were missed, and ask.", false},
	{TicketNotClosed, http.StatusConflict, "The ticket is not closed yet",
		"A ticket can be rated while it is closed.",
		"Offer it when the ticket is closed.", false},
	{VersionMismatch, http.StatusPreconditionFailed, "The ticket has changed since you read it",
		"`If-Match` names another version than the present one, which is in `params`. Nothing was done.",
		"Read the ticket again, show what has changed, and ask.", false},
	{BodyTooLarge, http.StatusRequestEntityTooLarge, "The body is too large",
		"The request's body is longer than 128 KiB.",
		"Send less.", false},
	{UnsupportedMediaType, http.StatusUnsupportedMediaType, "The body has the wrong media type",
		"The body must be sent as `application/json`, in UTF-8 and without content coding.",
		"Set `Content-Type: application/json`.", false},
	{InvalidInput, http.StatusUnprocessableEntity, "Some fields are invalid",
		"The body is JSON, but fields in it are missing, unknown, of the wrong type or out of bounds. `errors` lists all of them.",
		"Show each message beside the field that its `pointer` names.", false},
	{PINInvalid, http.StatusUnprocessableEntity, "The PIN is wrong or no longer valid",
		"The PIN is wrong, was used, has expired, or no account has this email. The answer does not tell which.",
		"Ask the person again, or ask for a new PIN.", false},
	{IdempotencyMismatch, http.StatusUnprocessableEntity, "The idempotency key was used for another request",
		"The `Idempotency-Key` was sent before with another body.",
		"Make a new key for a new request.", false},
	{RateLimited, http.StatusTooManyRequests, "Too many requests",
		"This address, account or session has made too many attempts.",
		"Wait as many seconds as `Retry-After` says.", false},
	{HeadersTooLarge, http.StatusRequestHeaderFieldsTooLarge, "The headers are too large",
		"The request's line and headers are longer than 16 KiB.",
		"Send less.", false},
	{Internal, http.StatusInternalServerError, "The service has an error",
		"The service failed because of a defect in it.",
		"Report it with the `requestId`.", false},
	{Unavailable, http.StatusServiceUnavailable, "The service is unavailable for the moment",
		"Something that the service needs, such as its database, does not answer. This says nothing about the request or its tokens.",
		"Keep the tokens. Send the request again after `Retry-After` seconds.", false},
	{Busy, http.StatusServiceUnavailable, "The service is busy",
		"Too many passwords are being checked at the moment, in all or for one address.",
		"Send the request again after `Retry-After` seconds.", false},
}

// KindOf finds the kind of a code; ok is false for a code that is not in the table.
func KindOf(code Code) (kind Kind, ok bool) {
	for _, k := range Kinds {
		if k.Code == code {
			return k, true
		}
	}
	return Kind{}, false
}
