package web_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"log/slog"
	"regexp"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"crm.example/pkg/web"
)

// colours are what the log writes itself.
var colours = regexp.MustCompile("\x1b\\[[0-9;]*m")

const strange = "a\x1b[2K\x07b\u009b2Jc\u202ed\u2066e\u200ff\r\ng\x7fh\x00i\x9b"

// logged is what a handler writes of a stranger's text, in every place where one may stand.
func logged(handler slog.Handler, text string) {
	log := slog.New(handler).With("with", text)
	log.Info(text, "path", text, "error", errors.New(text), "list", []string{text}, slog.Group("group", "name", text))
	log.WithGroup("below").Warn("ok", "key", text)
}

func TestStrangersBytesReachNoTerminal(t *testing.T) {
	t.Parallel()
	var text, lines bytes.Buffer
	logged(web.TextHandler(&text, slog.LevelInfo), strange)
	logged(web.JSONHandler(&lines, slog.LevelInfo), strange)
	for name, out := range map[string]string{"text": colours.ReplaceAllString(text.String(), ""), "JSON": lines.String()} {
		if n := strings.Count(out, "\n"); n != 2 {
			t.Errorf("%s: %d lines, want 2: %q", name, n, out)
		}
		if i := strings.IndexFunc(strings.ReplaceAll(out, "\n", ""), harmful); i >= 0 {
			t.Errorf("%s: a control character or a mark of direction: %q", name, out)
		}
	}
	if !strings.Contains(text.String(), "<U+001B>[2K") {
		t.Errorf("the text log does not name what it leaves out: %q", text.String())
	}
}

func harmful(r rune) bool {
	return unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || r == utf8.RuneError
}

func TestJSONLogKeepsTheValue(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	slog.New(web.JSONHandler(&out, slog.LevelInfo)).Info("m", "path", "a\u009bb\u202e")
	var line struct{ Path string }
	if err := json.Unmarshal(out.Bytes(), &line); err != nil || line.Path != "a\u009bb\u202e" {
		t.Errorf("%q (%v) in %s", line.Path, err, out.String())
	}
}

func TestOrdinaryTextIsLoggedAsItIs(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	slog.New(web.TextHandler(&out, slog.LevelInfo)).Info("gateway answers", "name", "Zoë שלום 日本 🙂", "error", errors.New("two words"))
	if plain := colours.ReplaceAllString(out.String(), ""); !strings.Contains(plain, `gateway answers name="Zoë שלום 日本 🙂" error="two words"`) {
		t.Errorf("logged %q", plain)
	}
}
