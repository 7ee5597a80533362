package web

import (
	"bytes"
	"encoding/json"
	"io"
	"strconv"

	"github.com/labstack/echo/v4"
)

// serializer writes answers as people wrote them: "<" needs no escape in JSON, and an answer is never part
// of an HTML page. Each says how long it is: in chunks it would take more writes, and the gateway would send on
// every piece by itself. Bodies are read by Bind only.
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
