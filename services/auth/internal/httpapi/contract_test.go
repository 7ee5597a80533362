package httpapi_test

import (
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/labstack/echo/v4"

	"crm.example/pkg/declared"
	"crm.example/services/auth/internal/authtest"
)

func TestMain(m *testing.M) {
	code, _ := declared.Run(m, authtest.OverHTTP)
	os.Exit(code)
}

// Of the service itself, not of its contract: the gateway has its own.
var operational = []string{"GET /healthz", "GET /readyz", "GET /openapi.json"}

func TestKeysArePublished(t *testing.T) {
	t.Parallel()
	var set struct {
		Keys []struct{ Kty, Crv, Alg, Use string }
	}
	authtest.Start(t).Do(http.MethodGet, "/.well-known/jwks.json", nil).Into(t, http.StatusOK, &set)
	if len(set.Keys) != 1 || set.Keys[0].Kty != "OKP" || set.Keys[0].Crv != "Ed25519" || set.Keys[0].Use != "sig" {
		t.Errorf("keys %+v", set.Keys)
	}
}

func TestContractHasTheVeryRoutes(t *testing.T) {
	t.Parallel()
	var routes, promised []string
	for _, r := range authtest.Start(t).Service.Handler().(*echo.Echo).Routes() {
		if route := r.Method + " " + strings.Replace(r.Path, ":id", "{id}", 1); r.Method != http.MethodHead && r.Method != echo.RouteNotFound && !slices.Contains(operational, route) {
			routes = append(routes, route)
		}
	}
	ids := map[string]bool{}
	for path, item := range authtest.Document(t).Paths.Map() {
		for method, operation := range item.Operations() {
			promised = append(promised, method+" "+path)
			if operation.OperationID == "" || ids[operation.OperationID] {
				t.Errorf("%s %s has the operationId %q", method, path, operation.OperationID)
			}
			ids[operation.OperationID] = true
		}
	}
	slices.Sort(routes)
	slices.Sort(promised)
	if !slices.Equal(routes, promised) {
		t.Errorf("routes in the code:     %v\nroutes in the contract: %v", routes, promised)
	}
}
