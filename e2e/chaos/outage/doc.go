// Package outage says what every route answers while MongoDB, Redis or NATS is away, in the table of routes.go, and takes each
// of them away in turn to see whether it does. The latter is a test behind the build tag chaos, make chaos-outage, and
// writes docs/outages.md.
package outage
