package main_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/mod/modfile"
)

// workspace is the folder with go.work. These tests read the whole of it, and stand in the only module that
// depends on every service.
const workspace = "../.."

func TestDependenciesPointInwards(t *testing.T) {
	t.Parallel()
	files := 0
	walk(t, func(name string) {
		if files++; strings.HasSuffix(name, ".go") {
			for _, broken := range brokenRules(name, importsOf(t, name)) {
				t.Error(broken)
			}
		}
	})
	if files < 100 {
		t.Errorf("only %d files were read", files)
	}
}

// walk visits every file by its path from the workspace, with slashes.
func walk(t *testing.T, visit func(name string)) {
	t.Helper()
	err := filepath.WalkDir(workspace, func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && (strings.HasPrefix(entry.Name(), ".") && len(entry.Name()) > 2 || entry.Name() == "node_modules"):
			return filepath.SkipDir
		case !entry.IsDir():
			rel, err := filepath.Rel(workspace, name)
			visit(filepath.ToSlash(rel))
			return err
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func importsOf(t *testing.T, name string) []string {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), filepath.Join(workspace, name), nil, parser.ImportsOnly)
	if err != nil {
		t.Fatal(err)
	}
	var imports []string
	for _, spec := range file.Imports {
		imported, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			t.Fatal(err)
		}
		imports = append(imports, imported)
	}
	return imports
}

// A package that two or more services share is found in one table.
func TestPkgReadmeNamesEveryPackage(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(filepath.Join(workspace, "pkg/README.md"))
	if err != nil {
		t.Fatal(err)
	}
	walk(t, func(name string) {
		folder, inside := strings.CutPrefix(path.Dir(name), "pkg/")
		if inside && path.Ext(name) == ".go" && !strings.Contains(folder, "testdata") && !strings.Contains(string(text), "`"+folder+"`") {
			t.Errorf("pkg/README.md does not name %s", folder)
		}
	})
}

// Every module builds outside the workspace, at the path that its folder says.
func TestModulesFindEachOther(t *testing.T) {
	t.Parallel()
	modules := 0
	walk(t, func(name string) {
		if path.Base(name) != "go.mod" {
			return
		}
		modules++
		for _, broken := range brokenModule(path.Dir(name), parseModule(t, name)) {
			t.Error(broken)
		}
	})
	if modules != len(mayImport) {
		t.Errorf("%d modules, but the rules know %d", modules, len(mayImport))
	}
}

func parseModule(t *testing.T, name string) *modfile.File {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(workspace, name))
	if err != nil {
		t.Fatal(err)
	}
	file, err := modfile.Parse(name, text, nil)
	if err != nil {
		t.Fatal(err)
	}
	return file
}
