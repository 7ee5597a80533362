package web

import (
	"context"
	"os"
	"os/signal"
	"syscall"
)

// UntilStopped ends its context when the process is told to stop: by SIGINT, SIGTERM or, unless the process was started with
// it ignored as nohup does, SIGHUP. A second signal ends the process at once. It is for mains.
//
// From then on a write to a pipe without a reader returns an error. Otherwise it would end the process at once.
func UntilStopped() (ctx context.Context, stop context.CancelFunc) {
	signal.Ignore(syscall.SIGPIPE)
	signals := []os.Signal{os.Interrupt, syscall.SIGTERM}
	if !signal.Ignored(syscall.SIGHUP) {
		signals = append(signals, syscall.SIGHUP)
	}
	ctx, stop = signal.NotifyContext(context.Background(), signals...)
	context.AfterFunc(ctx, stop)
	return ctx, stop
}
