// Package erasure is the proof that nothing is left of a deleted user. It has tests only, and lies where both services may be
// imported.
package erasure
