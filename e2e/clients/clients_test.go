// Package clients makes clients of the published contract with the generators that people use, and compiles them. `make
// contract-clients` runs it, since it needs Node, and the network the first time.
package clients

import (
	"context"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"crm.example/e2e/target"
)

// generator makes a client of openapi.json in a folder of its own, and compiles it. $bin is where the programs from npm are, $jar
// is openapi-generator.
type generator struct {
	name     string
	java     bool
	commands string
}

const (
	tsc       = "$bin/tsc --noEmit --strict --skipLibCheck --target es2022 --module nodenext --moduleResolution nodenext "
	byJava    = "java -jar $jar generate -i openapi.json -o client -g "
	goModule  = "go mod init example.org/client 2>&1 && go mod tidy 2>&1 && go vet . && "
	codegen   = "github.com/oapi-codegen/oapi-codegen/v2/cmd/oapi-codegen@v2.8.2"
	generated = "org.openapitools:openapi-generator-cli:7.17.0"
)

// Each client is used a little: a code of tomorrow must be no surprise.
var generators = []generator{
	{"oapi-codegen", false, "go run " + codegen + " -package client openapi.json > client.go && cp $TESTDATA/oapi_test.txt use_test.go && " + goModule + "go test ."},
	{"openapi-typescript", false, "$bin/openapi-typescript openapi.json -o contract.ts && cp $TESTDATA/contract.txt use.ts && " + tsc + "use.ts"},
	{"hey-api", false, "$bin/openapi-ts -i openapi.json -o client && " + tsc + "client/index.ts client/sdk.gen.ts"},
	{"openapi-generator: typescript-fetch", true, byJava + "typescript-fetch && " + tsc + "client/index.ts"},
	{"openapi-generator: go", true, byJava + "go && cd client && rm -rf test go.mod go.sum && " + goModule + "true"},
	{"openapi-generator: python", true, byJava + "python && python3 -m compileall -q client"},
	{"openapi-generator: java", true, byJava + "java --library native && cd client && mvn -q -B -DskipTests compile"},
	{"openapi-generator: csharp", true, byJava + "csharp"},
}

func TestClientsCompile(t *testing.T) {
	with := os.Getenv("E2E_CLIENTS")
	if with == "" {
		t.Skip("make contract-clients runs this: it needs Node, and the network the first time")
	}
	contract, jar := published(t), ""
	if with == "java" {
		jar = openapiGenerator(t)
	}
	for _, g := range generators {
		if g.java && jar == "" {
			continue
		}
		t.Run(g.name, func(t *testing.T) { g.run(t, contract, jar) })
	}
}

func (g generator) run(t *testing.T, contract []byte, jar string) {
	here, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "openapi.json"), contract, 0o600); err != nil {
		t.Fatal(err)
	}
	shell := `bin=$1 jar=$2; ` + g.commands
	cmd := exec.CommandContext(t.Context(), "bash", "-euo", "pipefail", "-c", shell, "-", filepath.Join(here, "node_modules/.bin"), jar)
	cmd.Dir = folder
	cmd.Env = append(os.Environ(), "GOWORK=off", "GOFLAGS=-mod=mod", "TESTDATA="+filepath.Join(here, "testdata"))
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out[max(0, len(out)-4000):])
	}
}

// published is the contract of a server that was just built.
func published(t *testing.T) []byte {
	folder := t.TempDir()
	binary, err := target.Build(folder)
	if err != nil {
		t.Fatal(err)
	}
	server, stop, err := target.Start(binary, folder)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = stop() })
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, server.BaseURL+"/openapi.json", nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	contract, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		t.Fatalf("%d, %v", resp.StatusCode, err)
	}
	return contract
}

// openapiGenerator is the program, fetched by Maven unless it is there.
func openapiGenerator(t *testing.T) string {
	folder := t.TempDir()
	fetch := exec.CommandContext(t.Context(), "mvn", "-q", "-B", "dependency:copy", "-Dartifact="+generated, "-DoutputDirectory="+folder)
	if out, err := fetch.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	found, err := filepath.Glob(filepath.Join(folder, "*.jar"))
	if err != nil || len(found) != 1 {
		t.Fatalf("Maven fetched %v, %v", found, err)
	}
	return found[0]
}
