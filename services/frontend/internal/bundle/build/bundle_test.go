package build_test

import (
	"bytes"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"crm.example/services/frontend/internal/bundle/build"
)

// What is committed and embedded is what the sources give.
func TestDistIsOfTheseSources(t *testing.T) {
	t.Parallel()
	want, err := build.Build("../../..")
	if err != nil {
		t.Fatal(err)
	}
	got := map[string][]byte{}
	err = fs.WalkDir(os.DirFS("../../../dist"), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		got[name], err = os.ReadFile(filepath.Join("../../../dist", name))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if is, must := slices.Sorted(maps.Keys(got)), slices.Sorted(maps.Keys(want)); !slices.Equal(is, must) {
		t.Fatalf("dist has %v, the sources give %v: run make frontend", is, must)
	}
	for name := range want {
		if !bytes.Equal(got[name], want[name]) {
			t.Errorf("dist/%s is not what the sources give: run make frontend", name)
		}
	}
}
