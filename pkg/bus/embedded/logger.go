package embedded

import (
	"fmt"
	"log/slog"
)

// logger passes on warnings and errors; it drops the server's notices and traces.
type logger struct {
	log   *slog.Logger
	fatal chan string // why the server cannot start
}

func newLogger(log *slog.Logger) logger {
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	return logger{log: log, fatal: make(chan string, 1)}
}

func (l logger) Warnf(format string, v ...any)  { l.log.Warn("NATS: " + fmt.Sprintf(format, v...)) }
func (l logger) Errorf(format string, v ...any) { l.log.Error("NATS: " + fmt.Sprintf(format, v...)) }
func (logger) Noticef(string, ...any)           {}
func (logger) Debugf(string, ...any)            {}
func (logger) Tracef(string, ...any)            {}

// Fatalf keeps the first reason for Start to return.
func (l logger) Fatalf(format string, v ...any) {
	select {
	case l.fatal <- fmt.Sprintf(format, v...):
	default:
	}
}
