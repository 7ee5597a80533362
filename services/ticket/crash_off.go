//go:build !chaos

package ticket

// crashing is for a program that is built to crash on demand; this one is not.
func crashing(s storage) storage { return s }
