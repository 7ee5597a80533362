package httpapi

import (
	"fmt"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"
)

// jwks publishes the keys that access JWTs are signed with (RFC 7517, section 5).
func (h handlers) jwks(c echo.Context) error {
	set, maxAge := h.keys.JWKS()
	c.Response().Header().Set(echo.HeaderCacheControl, fmt.Sprintf("public, max-age=%d", maxAge/time.Second))
	return c.JSON(http.StatusOK, set)
}
