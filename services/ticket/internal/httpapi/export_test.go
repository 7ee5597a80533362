package httpapi

// What the tests look at from inside.
var (
	CursorOf    = cursorOf
	ParseCursor = parseCursor
	SealOf      = sealOf
)
