//go:build !chaos

package auth

// doomed is for a program that is built to crash on demand; this one is not.
func doomed(s storage) storage { return s }
