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

// textHandler is for a terminal. Text from requests must not move its cursor or change the order in which it is shown.
func textHandler(out io.Writer, level slog.Level) slog.Handler {
	return tint.NewTextHandler(out, &tint.Options{Level: level, TimeFormat: time.TimeOnly, ReplaceAttr: tamed})
}

// jsonHandler is for programs, and for people who read their files on a terminal.
func jsonHandler(out io.Writer, level slog.Level) slog.Handler {
	return slog.NewJSONHandler(tamedJSON{out}, &slog.HandlerOptions{Level: level})
}

// wild has the characters that a terminal obeys instead of showing them, and bytes that are no characters.
func wild(r rune) bool {
	return unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || r == utf8.RuneError
}

// tamed replaces the wild characters of a value by their names, such as U+001B. tint itself quotes line breaks and tabs, except in
// the message.
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

// tamedJSON writes lines of JSON, where wild characters can be only inside strings, as escapes.
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
