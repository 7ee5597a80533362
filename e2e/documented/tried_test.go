package documented_test

import (
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// notRun is what no test runs as it stands in a document, by its beginning, and why.
var notRun = []struct{ begins, why string }{
	{"docker", "needs a container engine; make e2e-compose runs the same containers"},
	{"(umask 077; docker-compose ", "needs a container engine"},
	{"/service ", "runs in a container"},
	{"standalone demo", "it fills a folder for half a minute; deploy/standalone tests it"},
	{"sudo ", "needs a machine with systemd; deploy/standalone tests the unit"},
	{"redis-cli ", "runs in a container"},
	{"sh.shardCollection(", "needs a sharded MongoDB"},
	{"nats stream edit CRM_TICKETS --replicas 3", "needs a NATS cluster of three"},
	{"go install github.com/nats-io/natscli/", "make subscribe does it"},
	{"npm install @nats-io/", "make subscribe does it"},
	{"pip3 install nats-py", "make subscribe does it"},
	{"go run ./cmd/notifier", "e2e/notified starts that program"},
	{"go run ", "a benchmark of minutes"},
	{"go test ", "make test does it"},
	{"cd pkg && go test ", "make test does it"},
	{".ci/run", "runs this test"},
}

// Every command of every document runs in a test, or is named above. What make does is its targets' business: TestTargets wants
// them to be there.
func TestEveryCommandIsTried(t *testing.T) {
	t.Parallel()
	unused := map[string]bool{}
	for _, n := range notRun {
		unused[n.begins] = true
	}
	for _, page := range pages(t) {
		for _, command := range commands(t, page) {
			switch by, of := trier(command); {
			case by == "":
				t.Errorf("%s: no test runs %q", page, command)
			case by == "notRun":
				delete(unused, of)
			case by != "make" && !slices.Contains(tried[by], page):
				t.Errorf("%s: %s does not read this page, which has %q", page, by, command)
			}
		}
	}
	for begins := range unused {
		t.Errorf("no document has a command that begins with %q", begins)
	}
}

// tried are the pages whose commands a test runs.
var tried = map[string][]string{
	"TestPrograms":       {"docs/operations.md", "deploy/standalone/README.md"},
	"TestSubscribeLines": {"docs/operations.md", "docs/events.md", "README.md"},
}

// trier tells which test runs a command, and for notRun by which line.
func trier(command string) (by, of string) {
	of = bare(command)
	for _, n := range notRun {
		if strings.HasPrefix(of, n.begins) {
			return "notRun", n.begins
		}
	}
	first, _, _ := strings.Cut(of, " ")
	switch first {
	case "make":
		return "make", ""
	case "nats":
		return "TestSubscribeLines", ""
	case "auth", "ticket", "standalone", "date":
		return "TestPrograms", ""
	}
	return "", ""
}

// Targets that documents name are there, with the variables that they give.
func TestTargets(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, page := range pages(t) {
		for _, command := range commands(t, page) {
			command, _, _ = strings.Cut(command, " > ")
			if by, _ := trier(command); by != "make" || seen[command] {
				continue
			}
			seen[command] = true
			dry := exec.CommandContext(t.Context(), "sh", "-c", strings.Replace(command, "make ", "make -n ", 1))
			dry.Dir = root
			if out, err := dry.CombinedOutput(); err != nil {
				t.Errorf("%s: %s: %v\n%s", page, command, err, out)
			}
		}
	}
}
