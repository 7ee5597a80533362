//go:build !race

package account_test

const histories = 10_000
