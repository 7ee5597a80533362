package main_test

import (
	"strings"
	"testing"

	"golang.org/x/mod/modfile"
)

// Each sentence must be able to fail: this plants what breaks it.
func TestPlantedImportsAreFound(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ file, imported, sentence string }{
		{"services/ticket/internal/ticket/open.go", "github.com/labstack/echo/v4", "the domain"},
		{"services/ticket/internal/ticket/open.go", "database/sql", "the domain"},
		{"services/auth/internal/account/login.go", "net/http", "the domain"},
		{"services/auth/internal/account/login.go", "crm.example/pkg/web", "the domain"},
		{"services/auth/internal/account/login.go", "crm.example/services/auth/internal/mail", "the domain"},
		{"services/auth/internal/httpapi/users.go", "crm.example/services/auth/internal/store/sqlitestore", "an adapter"},
		{"services/auth/internal/store/mongostore/users.go", "crm.example/services/auth/internal/store/sqlitestore", "an adapter"},
		{"services/ticket/internal/httpapi/answers.go", "crm.example/services/ticket/internal/store/document", "an adapter"},
		{"services/ticket/internal/store/document/ticket.go", "go.mongodb.org/mongo-driver/v2/bson", "documents"},
		{"services/ticket/internal/store/document/ticket.go", "crm.example/services/ticket/internal/wire", "documents"},
		{"services/ticket/internal/wire/write.go", "crm.example/services/ticket/internal/httpapi", "an adapter"},
		{"services/ticket/internal/archive/archive.go", "crm.example/services/ticket/internal/httpapi", "an adapter"},
		{"services/ticket/internal/ticket/desk.go", "crm.example/services/ticket/internal/wire", "the domain"},
		{"services/auth/internal/httpapi/users.go", "github.com/nats-io/nats.go", "NATS"},
		{"services/auth/cmd/auth/main.go", "crm.example/services/auth/internal/account", "cmd"},
		{"pkg/web/bind.go", "crm.example/services/auth", "no other module"},
		{"pkg/web/bind_test.go", "crm.example/gateway", "no other module"},
		{"services/auth/auth.go", "crm.example/services/ticket", "no other module"},
		{"services/auth/auth_test.go", "crm.example/services/ticket", "no other module"},
		{"gateway/gateway.go", "crm.example/services/auth", "no other module"},
		{"e2e/mission_test.go", "crm.example/services/auth", "no other module"},
		{"pkg/events/events.go", "github.com/nats-io/nats.go", "the contracts"},
		{"pkg/registry/registry.go", "crm.example/pkg/problem", "the contracts"},
		{"services/ticket/ticket.go", "github.com/labstack/echo/v4", "Echo"},
		{"services/ticket/ticket.go", "modernc.org/sqlite", "SQL"},
		{"services/auth/auth.go", "github.com/redis/go-redis/v9", "Redis"},
		{"services/ticket/ticket.go", "go.mongodb.org/mongo-driver/v2/mongo", "MongoDB"},
		{"services/auth/internal/account/login.go", "go.mongodb.org/mongo-driver/v2/bson", "the domain"},
		{"services/ticket/internal/httpapi/routes.go", "github.com/redis/go-redis/v9", "Redis"},
		{"deploy/standalone/process.go", "github.com/nats-io/nats-server/v2/server", "the NATS server"},
		{"services/ticket/internal/httpapi/routes.go", "github.com/golang-jwt/jwt/v5", "JWTs"},
		{"services/auth/internal/account/login.go", "golang.org/x/crypto/bcrypt", "the domain"},
		{"services/auth/auth.go", "golang.org/x/crypto/bcrypt", "passwords"},
		{"services/auth/auth.go", "crm.example/pkg/testenv", "for tests"},
		{"services/auth/adapters.go", "crm.example/services/auth/internal/store/storetest", "for tests"},
	} {
		broken := brokenRules(c.file, []string{c.imported})
		if !strings.Contains(strings.Join(broken, "\n"), c.sentence) {
			t.Errorf("%s may import %s: %q", c.file, c.imported, broken)
		}
	}
}

func TestSoundImportsPass(t *testing.T) {
	t.Parallel()
	for file, imported := range map[string]string{
		"services/ticket/internal/ticket/open.go":           "crm.example/pkg/problem",
		"services/auth/internal/account/login_test.go":      "crm.example/services/auth/internal/store/sqlitestore",
		"services/auth/internal/store/storetest/users.go":   "crm.example/services/auth/internal/announce",
		"services/auth/internal/httpapi/users.go":           "crm.example/services/auth/internal/account",
		"services/auth/adapters.go":                         "crm.example/services/auth/internal/store/sqlitestore",
		"services/ticket/internal/store/sqlitestore/x.go":   "crm.example/services/ticket/internal/store/document",
		"deploy/standalone/process.go":                      "crm.example/services/ticket",
		"services/auth/internal/store/sqlitestore/users.go": "database/sql",
	} {
		if broken := brokenRules(file, []string{imported}); len(broken) > 0 {
			t.Errorf("%q", broken)
		}
	}
}

func TestPlantedModuleFilesAreFound(t *testing.T) {
	t.Parallel()
	for text, sentence := range map[string]string{
		"module crm.example/services/auth\n":                                        "want replace crm.example/pkg => ../../pkg",
		"module crm.example/services/auth\nreplace crm.example/pkg => ../pkg\n":     `got "../pkg"`,
		"module crm.example/services/login\nreplace crm.example/pkg => ../../pkg\n": "must be called crm.example/services/auth",
	} {
		file, err := modfile.Parse("go.mod", []byte(text), nil)
		if err != nil {
			t.Fatal(err)
		}
		if broken := strings.Join(brokenModule("services/auth", file), "\n"); !strings.Contains(broken, sentence) {
			t.Errorf("%q passes: %q", text, broken)
		}
	}
}
