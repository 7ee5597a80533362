//go:build nosqlite

package auth_test

import (
	"strings"
	"testing"

	"crm.example/services/auth"
)

func TestSQLiteIsLeftOut(t *testing.T) {
	t.Parallel()
	cfg := auth.Defaults()
	cfg.Secret = "MDEyMzQ1Njc4OWFiY2RlZmdoaWprbG1ub3BxcnN0dXY="
	_, err := auth.Open(t.Context(), cfg, auth.Deps{})
	if err == nil || !strings.HasPrefix(err.Error(), "AUTH_STORE_URL") || !strings.Contains(err.Error(), "built without SQLite") {
		t.Errorf("%s: %v", cfg.StoreURL, err)
	}
}
