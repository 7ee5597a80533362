// Package archive reads and writes the file of an export: a backup, or a move from one store to another. The file is JSON
// Lines: a header, one document in each line, and a last line that counts them. The package knows no service's documents,
// and holds one line at a time in memory.
package archive

import (
	"fmt"

	"github.com/go-json-experiment/json"
)

// Format and Version are in the header. If a document gets a new member, the version rises: a program refuses members that it
// does not know, so that no data is lost unnoticed. Older versions can be read.
const (
	Format  = "crm-archive"
	Version = 3
)

// header is the first line.
type header struct {
	Format     string `json:"format"`
	Version    int    `json:"version"`
	Service    string `json:"service"`
	ExportedAt string `json:"exportedAt"`
}

// end is the last line. A file without it is incomplete.
type end struct {
	End       bool `json:"end"`
	Documents int  `json:"documents"`
}

// Decode reads one line strictly: unknown, repeated and misspelt members are errors, and so is invalid UTF-8.
func Decode(line []byte, into any) error {
	if err := json.Unmarshal(line, into, json.RejectUnknownMembers(true)); err != nil {
		return fmt.Errorf("this program cannot read the document: %w", err)
	}
	return nil
}

func (h header) check(service string) error {
	switch {
	case h.Format != Format:
		return fmt.Errorf("this is not a %s file", Format)
	case h.Version < 1 || h.Version > Version:
		return fmt.Errorf("the file has version %d of the format; this program reads up to version %d", h.Version, Version)
	case h.Service != service:
		return fmt.Errorf("the file was exported by the service %q; this is the service %q", h.Service, service)
	}
	return nil
}
