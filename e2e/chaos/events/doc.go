// Package events holds what clients were told against what consumers hear, while processes are killed, stopped and paused.
// It is a test behind the build tag chaos: make chaos-events.
package events
