package archive_test

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"crm.example/pkg/archive"
)

type document struct {
	ID string `json:"id"`
}

func write(t testing.TB, ids ...string) string {
	t.Helper()
	var out bytes.Buffer
	w, err := archive.NewWriter(&out, "auth", time.Unix(0, 0))
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range ids {
		if err := w.Add(document{id}); err != nil {
			t.Fatal(err)
		}
	}
	if n, err := w.End(); err != nil || n != len(ids) {
		t.Fatalf("%d, %v", n, err)
	}
	return out.String()
}

func read(file string) (ids []string, err error) {
	_, err = archive.Read(strings.NewReader(file), "auth", func(line []byte) error {
		var d document
		if err := archive.Decode(line, &d); err != nil {
			return err
		}
		ids = append(ids, d.ID)
		return nil
	})
	return ids, err
}

func TestRoundTrip(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("\x01", 1<<20) // each six bytes when it is escaped
	ids, err := read(write(t, "a", "b\n\u2028", long))
	if err != nil || len(ids) != 3 || ids[1] != "b\n\u2028" || ids[2] != long {
		t.Errorf("%d documents, %v", len(ids), err)
	}
}

// One sentence says what is wrong, and in which line.
func TestRefused(t *testing.T) {
	t.Parallel()
	whole := write(t, "a", "b")
	lines := strings.SplitAfter(whole, "\n")
	for name, c := range map[string]struct{ file, want string }{
		"empty":             {"", "line 1: the file was cut off"},
		"no header":         {lines[1] + lines[3], "line 1: this is not a crm-archive file"},
		"another format":    {strings.Replace(whole, "crm-archive", "tar", 1), "line 1: this is not a crm-archive file"},
		"a later version":   {strings.Replace(whole, `"version":3`, `"version":4`, 1), "line 1: the file has version 4 of the format"},
		"no version":        {strings.Replace(whole, `"version":3`, `"version":0`, 1), "line 1: the file has version 0 of the format"},
		"another service":   {strings.Replace(whole, `"auth"`, `"ticket"`, 1), `line 1: the file was exported by the service "ticket"`},
		"cut between lines": {lines[0] + lines[1], "line 3: the file was cut off"},
		"cut in a line":     {lines[0] + lines[1] + lines[2][:4], "line 3: this program cannot read the document"},
		"a line is missing": {lines[0] + lines[1] + lines[3], "line 3: the file has 1 documents, but its last line says 2"},
		"garbled":           {strings.Replace(whole, `"b"`, `"b`, 1), "line 3: this program cannot read the document"},
		"unknown member":    {strings.Replace(whole, `{"id":"b"`, `{"id":"b","colour":"blue"`, 1), "line 3: this program cannot read the document"},
		"repeated member":   {strings.Replace(whole, `{"id":"b"`, `{"id":"b","id":"c"`, 1), "line 3: this program cannot read the document"},
		"invalid UTF-8":     {strings.Replace(whole, `"b"`, "\"\xff\"", 1), "line 3: this program cannot read the document"},
		"more than the end": {whole + lines[1], "line 5: there are lines after the end"},
	} {
		if _, err := read(c.file); err == nil || !strings.HasPrefix(err.Error(), c.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
	}
}

func TestFileIsForItsOwnerAndWhole(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "auth.jsonl")
	broken := errors.New("no more")
	fill := func(result error) func(io.Writer) error {
		return func(w io.Writer) error { _, err := io.WriteString(w, "x"); return errors.Join(err, result) }
	}
	if err := archive.Create(path, nil, fill(broken)); !errors.Is(err, broken) {
		t.Errorf("got %v", err)
	}
	if _, err := os.Stat(path); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("half a file is left: %v", err)
	}
	if err := archive.Create(path, nil, fill(nil)); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info, err)
	}
	if err := archive.Create(path, nil, fill(nil)); err == nil || !strings.Contains(err.Error(), "overwrites nothing") {
		t.Errorf("over a file that is there: %v", err)
	}
	var out bytes.Buffer
	if err := archive.Create(archive.Stdio, &out, fill(nil)); err != nil || out.String() != "x" {
		t.Errorf("%q, %v", out.String(), err)
	}
}

func FuzzRead(f *testing.F) {
	f.Add(write(f, "a", "b"))
	f.Add(strings.TrimSuffix(write(f), "\n") + " \t") // white space after a JSON text is JSON
	f.Fuzz(func(t *testing.T, file string) {
		ids, err := read(file)
		if err == nil && !strings.HasSuffix(strings.TrimRight(file, " \t\r\n"), "}") {
			t.Errorf("%d documents of a file without an end", len(ids))
		}
	})
}
