// Package e2e is the black-box suite: it knows a base URL, where the mails with PINs can be read, how to
// grant a role and where the events are, and no code of any service. `go test` builds and starts the
// standalone server for itself; with E2E_BASE_URL it runs against that deployment instead:
//
//	E2E_BASE_URL    the gateway, e.g. http://localhost:8080
//	E2E_MAIL_DIR    the folder into which mails are put as .eml files
//	E2E_GRANT_ROLE  a command line that grants a role, with {email} and {role} in it
//	E2E_NATS_URL    the NATS server that has the events, e.g. nats://localhost:4222
//
// A deployment must let more through than the default limits per address: the suite comes from one.
package e2e
