package web

import (
	"fmt"
	"net/http"

	"github.com/labstack/echo/v4"
	"sigs.k8s.io/yaml"
)

// Contract adds GET /openapi.json, which the gateway merges into the document that it publishes.
func Contract(e *echo.Echo, openapi []byte) error {
	json, err := yaml.YAMLToJSONStrict(openapi)
	if err != nil {
		return fmt.Errorf("read openapi.yaml: %w", err)
	}
	e.GET("/openapi.json", func(c echo.Context) error {
		c.Response().Header().Set(echo.HeaderCacheControl, "no-cache")
		return c.JSONBlob(http.StatusOK, json)
	})
	return nil
}
