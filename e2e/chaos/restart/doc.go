// Package restart restarts gateway, auth and ticket, one replica after the other, under a load that notices every request
// that fails and every ticket that is there twice. It is a test behind the build tag chaos: make chaos-restart.
package restart
