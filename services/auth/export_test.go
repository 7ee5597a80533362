package auth

// LogLocks is what a service tells of locks with.
var LogLocks = logLocks
