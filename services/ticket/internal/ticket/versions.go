package ticket

import (
	"slices"

	"crm.example/pkg/problem"
)

// Versions are the versions that a change is for; nil: any version.
type Versions []int

// check runs inside the change, so that no other change can come in between. Another version is version-mismatch.
func (v Versions) check(t *Ticket) error {
	if v == nil || slices.Contains(v, t.Version) {
		return nil
	}
	return &problem.Error{Code: problem.VersionMismatch, Params: map[string]any{"version": t.Version}}
}
