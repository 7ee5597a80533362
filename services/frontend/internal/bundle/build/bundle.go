// Package build makes the files for browsers from the sources in src: minified modules and one style sheet, named by their
// content, and the page that loads them. The same sources give the same bytes. It does not serve them.
package build

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"html/template"
	"path"
	"path/filepath"
	"strings"

	"github.com/evanw/esbuild/pkg/api"
)

// aliases maps the packages that the sources import to files of third_party.
var aliases = map[string]string{
	"preact":               "third_party/preact/dist/preact.mjs",
	"preact/hooks":         "third_party/preact/hooks/dist/hooks.mjs",
	"preact/jsx-runtime":   "third_party/preact/jsx-runtime/dist/jsxRuntime.mjs",
	"@preact/signals":      "third_party/signals/dist/signals.mjs",
	"@preact/signals-core": "third_party/signals-core/dist/signals-core.mjs",
}

// entry is the first file of the page.
const entry = "src/main.tsx"

// Build bundles the sources of the service's folder. The files are named as in dist, index.html among them.
func Build(folder string) (map[string][]byte, error) {
	folder, err := filepath.Abs(folder)
	if err != nil {
		return nil, err
	}
	result := api.Build(options(folder))
	if len(result.Errors) > 0 {
		return nil, errors.New(strings.Join(api.FormatMessages(result.Errors, api.FormatMessagesOptions{}), "\n"))
	}
	files := map[string][]byte{}
	for _, f := range result.OutputFiles {
		name, err := filepath.Rel(filepath.Join(folder, "dist"), f.Path)
		if err != nil {
			return nil, err
		}
		files[filepath.ToSlash(name)] = f.Contents
	}
	files["index.html"], err = page(result.Metafile)
	return files, err
}

func options(folder string) api.BuildOptions {
	absolute := map[string]string{}
	for name, file := range aliases {
		absolute[name] = filepath.Join(folder, filepath.FromSlash(file))
	}
	return api.BuildOptions{
		AbsWorkingDir: folder, EntryPoints: []string{entry}, Outdir: "dist", Alias: absolute,
		Bundle: true, Splitting: true, Format: api.FormatESModule, Target: api.ES2022, Metafile: true, Charset: api.CharsetUTF8,
		MinifyWhitespace: true, MinifyIdentifiers: true, MinifySyntax: true, LegalComments: api.LegalCommentsNone,
		JSX: api.JSXAutomatic, JSXImportSource: "preact",
		EntryNames: "assets/[name]-[hash]", ChunkNames: "assets/[name]-[hash]", AssetNames: "assets/[name]-[hash]",
	}
}

// shell is the one page. What is in it, the scripts fill in.
var shell = template.Must(template.New("index.html").Parse(`<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Support</title>
<link rel="icon" href="data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Crect width='16' height='16' rx='4' fill='%233355cc'/%3E%3Cpath d='M4 5h8v5H8l-2 2v-2H4z' fill='%23fff'/%3E%3C/svg%3E">
<link rel="stylesheet" href="/{{.Style}}">
{{range .Parts}}<link rel="modulepreload" href="/{{.}}">
{{end}}<script type="module" src="/{{.Script}}"></script>
<noscript>This page needs JavaScript.</noscript>
<div id="app"></div>
</html>
`))

// page writes index.html with the names that the bundle gave to its script and its style sheet.
func page(metafile string) ([]byte, error) {
	var meta struct {
		Outputs map[string]struct {
			EntryPoint, CSSBundle string
			Imports               []struct{ Path, Kind string }
		}
	}
	if err := json.Unmarshal([]byte(metafile), &meta); err != nil {
		return nil, fmt.Errorf("read the bundle's description: %w", err)
	}
	for name, output := range meta.Outputs {
		if output.EntryPoint != entry || path.Ext(name) != ".js" {
			continue
		}
		var parts []string // what the script imports at once, which has none of its own
		for _, part := range output.Imports {
			if part.Kind == "import-statement" {
				parts = append(parts, inDist(part.Path))
			}
		}
		var html bytes.Buffer
		err := shell.Execute(&html, map[string]any{"Script": inDist(name), "Style": inDist(output.CSSBundle), "Parts": parts})
		return html.Bytes(), err
	}
	return nil, errors.New("the bundle has no entry")
}

func inDist(name string) string { return strings.TrimPrefix(name, "dist/") }
