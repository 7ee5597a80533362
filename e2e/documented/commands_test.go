// Package documented_test runs the commands that the documents show, and names those that cannot run here.
package documented_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

const root = "../.."

var (
	elsewhere  = regexp.MustCompile(`(?s)\n## (?:Five minutes|Folders)\n.*?(?:\n## |\z)|<!-- commands.*?<!-- /commands -->`) // TestReadmeTour runs the tour; tables of commands are made from the programs
	fenced     = regexp.MustCompile("(?ms)^```(\\w*)\n(.*?)^```$")
	indented   = regexp.MustCompile(`^    ([^\s*].*)$`)
	inText     = regexp.MustCompile("`([^`\n]+)`")
	comment    = regexp.MustCompile(`\s+# .*`)
	assignment = regexp.MustCompile(`^(?:[A-Z][A-Z0-9_]*=(?:"[^"]*"|'[^']*'|\S+)\s*)+`)
	program    = regexp.MustCompile(`^(?:nats|auth|ticket|gateway|standalone|bin/standalone|/service|docker|docker-compose|make|go|npm|redis-cli|date|node|python3|pip3|openssl) \S`)
)

// pages are all documents but the history of changes and the records of decisions, which tell what was done once.
func pages(t *testing.T) (paths []string) {
	t.Helper()
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && slices.Contains([]string{".git", "node_modules", "third_party", "adr", "python"}, entry.Name()):
			return filepath.SkipDir
		case filepath.Ext(path) == ".md" && entry.Name() != "CHANGELOG.md":
			paths = append(paths, strings.TrimPrefix(path, root+"/"))
		}
		return nil
	})
	if err != nil || len(paths) < 15 {
		t.Fatalf("%q, %v", paths, err)
	}
	return paths
}

// commands are what a page has its reader type, in order: lines of blocks, and in the text what begins with a program.
func commands(t *testing.T, page string) (found []string) {
	t.Helper()
	bytes, err := os.ReadFile(filepath.Join(root, page))
	if err != nil {
		t.Fatal(err)
	}
	text := fenced.ReplaceAllStringFunc(elsewhere.ReplaceAllString(string(bytes), "\n\n"), func(block string) string {
		if parts := fenced.FindStringSubmatch(block); parts[1] == "sh" {
			return "    " + strings.ReplaceAll(parts[2], "\n", "\n    ")
		}
		return ""
	})
	for line := range strings.SplitSeq(strings.ReplaceAll(text, " \\\n   ", ""), "\n") {
		if block := indented.FindStringSubmatch(line); block != nil {
			found = append(found, comment.ReplaceAllString(block[1], ""))
			continue
		}
		for _, code := range inText.FindAllStringSubmatch(line, -1) {
			if program.MatchString(bare(code[1])) {
				found = append(found, code[1])
			}
		}
	}
	return slices.DeleteFunc(found, func(command string) bool {
		return bare(command) == "" || slices.ContainsFunc(found, func(whole string) bool { return strings.HasPrefix(bare(whole), bare(command)+" ") })
	})
}

// bare is a command without settings before it. What is the beginning of another one of its page is a mention of that.
func bare(command string) string { return assignment.ReplaceAllString(command, "") }
