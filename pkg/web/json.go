package web

import (
	"encoding/json"
	"io"

	"github.com/labstack/echo/v4"
)

// serializer writes answers as people wrote them: "<" needs no escape in JSON, and an answer is never part
// of an HTML page. Bodies are read by Bind only.
type serializer struct{ echo.DefaultJSONSerializer }

func (serializer) Serialize(c echo.Context, body any, _ string) error {
	return encode(c.Response(), body)
}

func encode(w io.Writer, body any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	return e.Encode(body)
}
