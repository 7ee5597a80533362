package web

import (
	"bytes"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/lmittmann/tint"
)

// textHandler is for a terminal. What strangers sent must not move its cursor, nor show in another order than it came in.
func textHandler(out io.Writer, level slog.Level) slog.Handler {
	return tint.NewTextHandler(out, &tint.Options{Level: level, TimeFormat: time.TimeOnly, ReplaceAttr: tamed})
}

// jsonHandler is for programs, and for people who read their files on a terminal.
func jsonHandler(out io.Writer, level slog.Level) slog.Handler {
	return slog.NewJSONHandler(tamedJSON{out}, &slog.HandlerOptions{Level: level})
}

// wild are the characters with which a terminal does more than to show them, and bytes that are none.
func wild(r rune) bool {
	return unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || r == utf8.RuneError
}

// tamed names the wild characters of a value: U+001B. Line breaks and tabs tint quotes itself, except those of the message.
func tamed(_ []string, a slog.Attr) slog.Attr {
	var text string
	switch a.Value.Kind() {
	case slog.KindString:
		text = a.Value.String()
	case slog.KindAny:
		if _, isLevel := a.Value.Any().(slog.Level); isLevel {
			return a
		}
		text = fmt.Sprintf("%+v", a.Value.Any())
	default:
		return a
	}
	keep := func(r rune) bool { return !wild(r) || a.Key != slog.MessageKey && (r == '\n' || r == '\t') }
	if strings.IndexFunc(text, func(r rune) bool { return !keep(r) }) < 0 {
		return a
	}
	var b strings.Builder
	for _, r := range text {
		if keep(r) {
			b.WriteRune(r)
		} else {
			fmt.Fprintf(&b, "<U+%04X>", r)
		}
	}
	return slog.String(a.Key, b.String())
}

// tamedJSON writes lines of JSON, in which wild characters can stand inside strings only, as escapes.
type tamedJSON struct{ out io.Writer }

func (t tamedJSON) Write(line []byte) (int, error) {
	body := bytes.TrimSuffix(line, []byte("\n"))
	if bytes.IndexFunc(body, wild) < 0 {
		return t.out.Write(line)
	}
	var b bytes.Buffer
	for _, r := range string(body) {
		if wild(r) {
			fmt.Fprintf(&b, `\u%04x`, r)
		} else {
			b.WriteRune(r)
		}
	}
	b.WriteByte('\n')
	if _, err := t.out.Write(b.Bytes()); err != nil {
		return 0, err
	}
	return len(line), nil
}
