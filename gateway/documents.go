package gateway

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/labstack/echo/v4"
	"sigs.k8s.io/yaml"

	"crm.example/gateway/internal/contract"
	"crm.example/pkg/events"
	"crm.example/pkg/problem"
)

//go:embed openapi.yaml
var ownContract []byte

// publish prepares the merged contract; the services are asked when somebody reads it.
func (g *Gateway) publish() error {
	own, err := yaml.YAMLToJSONStrict(ownContract)
	if err != nil {
		return fmt.Errorf("read openapi.yaml: %w", err)
	}
	var sources []contract.Source
	for _, u := range g.upstreams {
		sources = append(sources, contract.Source{Name: u.Name, Prefixes: u.prefixes, Fetch: func(ctx context.Context) ([]byte, error) {
			return u.Get(ctx, "/openapi.json")
		}})
	}
	g.contract = contract.NewPublisher(own, sources...)
	return nil
}

func (g *Gateway) openapi(c echo.Context) error {
	doc, err := g.contract.Document(c.Request().Context())
	if err != nil {
		return err
	}
	return document(c, doc.ETag, echo.MIMEApplicationJSON, doc.JSON)
}

var asyncAPITag = contract.ETag(events.AsyncAPI)

// asyncAPI answers with YAML (RFC 9512), which generators and people read.
func asyncAPI(c echo.Context) error {
	return document(c, asyncAPITag, "application/yaml", events.AsyncAPI)
}

func document(c echo.Context, etag, contentType string, body []byte) error {
	h := c.Response().Header()
	h.Set(echo.HeaderCacheControl, "public, no-cache")
	h.Set("ETag", etag)
	if c.Request().Header.Get("If-None-Match") == etag {
		return c.NoContent(http.StatusNotModified)
	}
	return c.Blob(http.StatusOK, contentType, body)
}

// ready asks all services at once, and names each one that is not ready, with its reason.
func (g *Gateway) ready(ctx context.Context) error {
	missing := make([]string, len(g.upstreams))
	var asking sync.WaitGroup
	for i, u := range g.upstreams {
		asking.Go(func() {
			if _, err := u.Get(ctx, "/readyz"); err != nil {
				if missing[i] = u.Name; problem.From(err).Detail != "" {
					missing[i] += " (" + problem.From(err).Detail + ")"
				}
			}
		})
	}
	asking.Wait()
	missing = slices.DeleteFunc(missing, func(name string) bool { return name == "" })
	if len(missing) > 0 {
		return errors.New("Services that are not ready: " + strings.Join(missing, ", ")) // shown to people
	}
	return nil
}
