// Package erasure tests that nothing is left of a deleted user. It has only tests, and is here because here both services may
// be imported.
package erasure
