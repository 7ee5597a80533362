package embedded

import (
	"fmt"
	"log/slog"
)

// logger passes on what an operator must know; the server's notices and traces are dropped.
type logger struct{ log *slog.Logger }

func (l logger) say(level func(*slog.Logger, string, ...any), format string, v []any) {
	if l.log != nil {
		level(l.log, "NATS: "+fmt.Sprintf(format, v...))
	}
}

func (l logger) Warnf(format string, v ...any)  { l.say((*slog.Logger).Warn, format, v) }
func (l logger) Errorf(format string, v ...any) { l.say((*slog.Logger).Error, format, v) }
func (l logger) Fatalf(format string, v ...any) { l.say((*slog.Logger).Error, format, v) }
func (logger) Noticef(string, ...any)           {}
func (logger) Debugf(string, ...any)            {}
func (logger) Tracef(string, ...any)            {}
