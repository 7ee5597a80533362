package main_test

import (
	"fmt"
	"path"
	"path/filepath"
	"regexp"
	"strings"

	"golang.org/x/mod/modfile"
)

// ours is what all module paths begin with, written so that make module-path finds it.
var ours = strings.TrimSuffix("crm.example/pkg", "pkg")

// mayImport says which other modules of the workspace a module may depend on.
var mayImport = map[string][]string{
	"pkg":               nil,
	"services/auth":     {"pkg"},
	"services/ticket":   {"pkg"},
	"services/frontend": {"pkg"},
	"gateway":           {"pkg"},
	"e2e":               {"pkg"},
	"deploy/bench":      {"pkg"},
	"deploy/standalone": {"pkg", "services/auth", "services/ticket", "services/frontend", "gateway", "deploy/examples/notifier"},

	"deploy/examples/notifier": {"pkg"},
}

// limit is a sentence on what packages in some folders import: nothing but this. Tests are free of it.
type limit struct {
	sentence string
	folders  *regexp.Regexp
	imports  *regexp.Regexp
}

// Imports are written as std/… for the standard library and ours/… for the workspace.
var limits = []limit{
	{"the domain imports pkg/problem, Unicode, and what of the standard library does no input or output", of(`^services/\w+/internal/(account|ticket)$`),
		of(`^ours/pkg/problem$|^golang\.org/x/text/|^std/(bytes|cmp|context|crypto/.*|encoding/(hex|base64)|errors|fmt|iter|maps|math/.*|regexp|slices|sort|strconv|strings|sync|time|unicode.*)$`)},
	{"documents are made of the domain and do no input or output", of(`^services/\w+/internal/store/document$`), of(`^std/time$|^ours/services/\w+/internal/(account|ticket)$`)},
	{"cmd imports the service, not its insides", of(`^(services/\w+|gateway)/cmd/`), of(`^std/|^ours/(pkg/[\w/]+|services/\w+|gateway)$|^[^/]+\.`)},
	{"the contracts import the standard library only", of(`^pkg/(events|problem|registry)$`), of(`^std/`)},
}

// site is a sentence on where something may be imported: nowhere but there. Tests are free of it.
type site struct {
	sentence string
	imports  *regexp.Regexp
	folders  *regexp.Regexp
}

var sites = []site{
	{"the relay and the consumer know no stream but by name", of(`^ours/pkg/streams$`), of(`^services/\w+$|^deploy/|^e2e`)},
	{"Echo stays at the edge", of(`^github\.com/labstack/echo`), of(`^pkg/(web|authn)$|^services/\w+/internal/httpapi$|^gateway(/|$)`)},
	{"SQL stays in pkg/sqlite, the stores over it, and the bench that measures it alone", of(`^modernc\.org/sqlite|^std/database/sql`), of(`^pkg/sqlite$|^services/\w+/internal/store/sqlitestore$|^deploy/bench/`)},
	{"MongoDB stays in pkg/mongo, the stores over it, and the bench that measures it alone", of(`^go\.mongodb\.org/`), of(`^pkg/mongo(/|$)|^services/\w+/internal/store/mongostore$|^deploy/bench/`)},
	{"Redis stays in the registry over it", of(`^github\.com/redis/`), of(`^pkg/registry/redis$`)},
	{"NATS is for the packages of events in pkg, for the live feed that reads a stream, and for who opens it", of(`^github\.com/nats-io/nats\.go`), of(`^pkg/(admission|bus|outbox|streams)(/|$)|^services/\w+(/cmd/\w+)?$|^services/ticket/internal/feed$|^deploy/|^e2e`)},
	{"the NATS server is embedded in one place", of(`^github\.com/nats-io/nats-server`), of(`^pkg/bus/embedded$`)},
	{"JWTs are made in one place and read in one", of(`^github\.com/golang-jwt/`), of(`^pkg/authn$|^services/auth/internal/signing$`)},
	{"suites, doubles and backends of tests are for tests", of(`^ours/.*(test|testenv)$`), of(`^$`)},
	{"passwords are hashed in one place", of(`^golang\.org/x/crypto/bcrypt`), of(`^services/auth/internal/password$`)},
}

func of(expression string) *regexp.Regexp { return regexp.MustCompile(expression) }

// brokenRules says which rules the file's imports break.
func brokenRules(name string, imports []string) (broken []string) {
	folder := path.Dir(name)
	for _, imported := range imports {
		known := shorten(imported)
		for _, sentence := range []string{strangeModule(folder, known), strangeAdapter(name, known), brokenRule(name, known)} {
			if sentence != "" {
				broken = append(broken, fmt.Sprintf("%s imports %s, but %s", name, imported, sentence))
			}
		}
	}
	return broken
}

func shorten(imported string) string {
	first, _, _ := strings.Cut(imported, "/")
	switch inside, own := strings.CutPrefix(imported, ours); {
	case own:
		return "ours/" + inside
	case !strings.Contains(first, "."):
		return "std/" + imported
	}
	return imported
}

func brokenRule(name, imported string) string {
	folder := path.Dir(name)
	if isTest(name) {
		return ""
	}
	for _, l := range limits {
		if l.folders.MatchString(folder) && !l.imports.MatchString(imported) {
			return l.sentence
		}
	}
	for _, p := range sites {
		if p.imports.MatchString(imported) && !p.folders.MatchString(folder) {
			return p.sentence
		}
	}
	return ""
}

// isTest holds for tests and for the suites that every implementation of a port must pass.
func isTest(name string) bool {
	return strings.HasSuffix(name, "_test.go") || strings.HasSuffix(path.Dir(name), "test") || strings.HasSuffix(path.Dir(name), "testenv")
}

// strangeModule holds for tests too: a module is built and tested alone.
func strangeModule(folder, imported string) string {
	to, inside := strings.CutPrefix(imported, "ours/")
	from := moduleOf(folder)
	if !inside || moduleOf(to) == from {
		return ""
	}
	for _, allowed := range mayImport[from] {
		if moduleOf(to) == allowed {
			return ""
		}
	}
	return from + " may depend on no other module than " + strings.Join(mayImport[from], ", ")
}

func moduleOf(folder string) string {
	for module := range mayImport {
		if folder == module || strings.HasPrefix(folder, module+"/") {
			return module
		}
	}
	return folder
}

var (
	adapter = of(`^(?:ours/)?(services/\w+)/internal/(.+)$`)
	shared  = of(`^(account|ticket|wire)$`) // the domain, and what is said of it to others

	// What both stores of a service keep has one form, which is for them alone.
	store, document = of(`^store/`), of(`^store/document$`)
)

// strangeAdapter holds the packages beside the domain apart: only the service's own package joins them. The wire is for all that
// speak to others.
func strangeAdapter(name, imported string) string {
	from, to := adapter.FindStringSubmatch(path.Dir(name)), adapter.FindStringSubmatch(imported)
	if isTest(name) || from == nil || to == nil || shared.MatchString(to[2]) {
		return ""
	}
	if store.MatchString(from[2]) && document.MatchString(to[2]) {
		return ""
	}
	if from[2] == to[2] || strings.HasPrefix(to[2], from[2]+"/") {
		return ""
	}
	return "an adapter imports no other adapter"
}

// brokenModule says what is wrong with the module file of a folder.
func brokenModule(folder string, file *modfile.File) (broken []string) {
	if file.Module == nil || file.Module.Mod.Path != ours+folder {
		broken = append(broken, fmt.Sprintf("%s/go.mod: the module must be called %s%s", folder, ours, folder))
	}
	replaced := map[string]string{}
	for _, r := range file.Replace {
		replaced[r.Old.Path] = r.New.Path
	}
	for _, other := range mayImport[folder] {
		want, _ := filepath.Rel(folder, other)
		if got := replaced[ours+other]; got != filepath.ToSlash(want) {
			broken = append(broken, fmt.Sprintf("%s/go.mod: want replace %s%s => %s, got %q", folder, ours, other, filepath.ToSlash(want), got))
		}
	}
	return broken
}
