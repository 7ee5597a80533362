package ticket

import (
	"slices"

	"crm.example/pkg/problem"
)

// Versions are those that a change was made for; nil: whichever there is.
type Versions []int

// check is asked inside the change, so that nothing can come in between. Another version is version-mismatch.
func (v Versions) check(t *Ticket) error {
	if v == nil || slices.Contains(v, t.Version) {
		return nil
	}
	return &problem.Error{Code: problem.VersionMismatch, Params: map[string]any{"version": t.Version}}
}
