//go:build nosqlite

package ticket_test

import (
	"strings"
	"testing"

	"crm.example/services/ticket"
)

func TestSQLiteIsLeftOut(t *testing.T) {
	t.Parallel()
	cfg := ticket.Defaults()
	_, err := ticket.Open(t.Context(), cfg, ticket.Deps{})
	if err == nil || !strings.HasPrefix(err.Error(), "TICKET_STORE_URL") || !strings.Contains(err.Error(), "built without SQLite") {
		t.Errorf("%s: %v", cfg.StoreURL, err)
	}
}
