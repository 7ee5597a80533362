package web

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

const blankBraille = '\u2800' // a symbol without a dot

// visible tells whether a person sees the character. A Default_Ignorable_Code_Point (Unicode, section 5.21) is not shown,
// although some of them are letters.
func visible(r rune) bool {
	return unicode.IsGraphic(r) && !unicode.IsSpace(r) && r != blankBraille &&
		!unicode.In(r, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector)
}

func breaksLine(r rune) bool { return unicode.IsControl(r) || r == '\u2028' || r == '\u2029' }

// trimmed cuts white space and zero-width characters off both ends.
func trimmed(s string) string {
	return strings.TrimFunc(s, func(r rune) bool {
		return unicode.IsSpace(r) || r == '\u200b' || r == '\u2060' || r == '\ufeff'
	})
}

// undirected is a single line without the marks that only set the direction of text (Unicode's Bidi_Control): phones put them
// around numbers, and with them a name could be shown in another order than it was written.
func undirected(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Bidi_Control, r) {
			return -1
		}
		return r
	}, s)
}

// terminal matches the sequences with which programs colour their output (ECMA-48, section 5.4).
var terminal = regexp.MustCompile("\x1b\\[[0-?]*[ -/]*[@-~]")

// plain is text of many lines without control characters, as people who paste text expect it. Colours are removed, Word's soft
// line break (U+000B) becomes a line break, and a C1 control becomes the Windows character that it usually was (It\x92s).
func plain(s string) string {
	if !strings.ContainsFunc(s, unprintable) {
		return s
	}
	return strings.Map(func(r rune) rune {
		switch {
		case !unprintable(r):
			return r
		case r == '\v' || r == '\f':
			return '\n'
		case r > 0x7f:
			if meant := charmap.Windows1252.DecodeByte(byte(r)); meant != utf8.RuneError {
				return meant
			}
		}
		return -1
	}, terminal.ReplaceAllString(s, ""))
}

func unprintable(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\r' && r != '\t' }

// tidierOf returns how a string with these tags is tidied before it is checked, or nil. From an email only spaces and marks are
// cut: nobody types a line break at its end by mistake.
func tidierOf(tags string) func(string) string {
	for tag := range strings.SplitSeq(tags, ",") {
		switch tag {
		case "line":
			return func(s string) string { return trimmed(undirected(s)) }
		case "text":
			return func(s string) string { return trimmed(plain(s)) }
		case "email":
			return func(s string) string { return strings.Trim(undirected(s), " ") }
		case "id":
			return strings.ToLower
		}
	}
	return nil
}

// refused finds the first character that the tag does not allow, and its place in the text that was sent, counted from 1.
func refused(tag, sent string) (r rune, position int) {
	breaks := map[string]func(rune) bool{"line": breaksLine, "email": spaceOrControl}[tag]
	if breaks == nil {
		return 0, 0
	}
	inner := trimmed(sent)
	begin := strings.Index(sent, inner)
	i := strings.IndexFunc(inner, breaks)
	if i < 0 {
		return 0, 0
	}
	r, _ = utf8.DecodeRuneInString(inner[i:])
	return r, utf8.RuneCountInString(sent[:begin+i]) + 1
}

func spaceOrControl(r rune) bool { return unicode.IsControl(r) || unicode.IsSpace(r) }
