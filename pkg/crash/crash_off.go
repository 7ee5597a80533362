//go:build !chaos

package crash

import "time"

// Planned is always false.
func Planned(string) bool { return false }

// At does nothing.
func At(string) {}

// DuplicateWindow is the usual one.
func DuplicateWindow(usual time.Duration) time.Duration { return usual }
