package archive

import (
	"bufio"
	"fmt"
	"io"
	"time"

	"github.com/go-json-experiment/json"

	"crm.example/pkg/events"
)

// Writer writes a file.
type Writer struct {
	out   *bufio.Writer
	count int
}

// NewWriter begins a file of the service's documents.
func NewWriter(out io.Writer, service string, now time.Time) (*Writer, error) {
	w := &Writer{out: bufio.NewWriter(out)}
	return w, w.line(header{Format: Format, Version: Version, Service: service, ExportedAt: events.Time(now)})
}

// Add writes a document.
func (w *Writer) Add(document any) error {
	w.count++
	return w.line(document)
}

// End writes the last line, and returns how many documents the file has.
func (w *Writer) End() (documents int, err error) {
	if err := w.line(end{End: true, Documents: w.count}); err != nil {
		return 0, err
	}
	return w.count, w.out.Flush()
}

func (w *Writer) line(value any) error {
	if err := json.MarshalWrite(w.out, value); err != nil {
		return fmt.Errorf("write archive: %w", err)
	}
	return w.out.WriteByte('\n')
}
