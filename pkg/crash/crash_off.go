//go:build !chaos

package crash

// Planned is always false.
func Planned(string) bool { return false }

// At does nothing.
func At(string) {}
