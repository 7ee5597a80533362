package notifier

import (
	"os"
	"testing"
)

// FillDisk has what was sent no longer fit on the disk, after half a line, until empty is called.
func FillDisk(t *testing.T, n *Notifier) (empty func()) {
	t.Helper()
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = full.Close() })
	swap := func(file *os.File) (last *os.File) {
		n.sent.mu.Lock()
		defer n.sent.mu.Unlock()
		last, n.sent.file = n.sent.file, file
		return last
	}
	file := swap(full)
	if _, err := file.WriteString("0199ab"); err != nil {
		t.Fatal(err)
	}
	return func() { swap(file) }
}
