//go:build race

package account_test

// Under the race detector the store is ten times slower.
const histories = 500
