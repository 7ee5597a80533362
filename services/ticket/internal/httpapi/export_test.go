package httpapi

import "github.com/labstack/echo/v4"

// What the tests look at from inside.
var (
	CursorOf    = cursorOf
	ParseCursor = parseCursor
	SealOf      = sealOf
)

// Listen is the live feed's handler alone.
func Listen(f Feed) echo.HandlerFunc { return handlers{feed: f}.listen }
