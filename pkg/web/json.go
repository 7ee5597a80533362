package web

import (
	"bytes"
	"encoding/json"
	"io"
	"strconv"

	"github.com/labstack/echo/v4"
)

// serializer writes answers without escapes for HTML: "<" needs none in JSON, and an answer is never part
// of an HTML page. Each answer states its length. Without it, it would be sent in chunks, which takes more writes here and in the
// gateway. Only Bind reads bodies.
type serializer struct{ echo.DefaultJSONSerializer }

func (serializer) Serialize(c echo.Context, body any, _ string) error {
	var text bytes.Buffer
	if err := encode(&text, body); err != nil {
		return err
	}
	c.Response().Header().Set(echo.HeaderContentLength, strconv.Itoa(text.Len()))
	_, err := c.Response().Write(text.Bytes())
	return err
}

func encode(w io.Writer, body any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	return e.Encode(body)
}
