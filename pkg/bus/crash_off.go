//go:build !chaos

package bus

import "github.com/nats-io/nats.go"

// crashes are for programs that are built to crash on demand; this one is not.
func crashes(*nats.Options) error { return nil }
