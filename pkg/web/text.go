package web

import (
	"strings"
	"unicode"
)

// blank are characters that are drawn as nothing although Unicode calls them letters or symbols:
// Hangul fillers, the empty Braille pattern and the variation selectors.
var blank = &unicode.RangeTable{R16: []unicode.Range16{
	{Lo: 0x034f, Hi: 0x034f, Stride: 1}, {Lo: 0x115f, Hi: 0x1160, Stride: 1}, {Lo: 0x2800, Hi: 0x2800, Stride: 1},
	{Lo: 0x3164, Hi: 0x3164, Stride: 1}, {Lo: 0xfe00, Hi: 0xfe0f, Stride: 1}, {Lo: 0xffa0, Hi: 0xffa0, Stride: 1},
}}

// visible tells whether a person sees something where r is.
func visible(r rune) bool {
	return unicode.IsGraphic(r) && !unicode.IsSpace(r) && !unicode.Is(blank, r)
}

// breaksLine tells whether r ends a line or, as the overrides of Unicode's bidirectional algorithm do, shows
// what follows in another order than it was written: a name or subject must read as it is.
func breaksLine(r rune) bool {
	return unicode.IsControl(r) || r == '\u2028' || r == '\u2029' || r >= '\u202a' && r <= '\u202e' || r >= '\u2066' && r <= '\u2069'
}

// trimmed cuts white space and zero-width characters off both ends.
func trimmed(s string) string {
	return strings.TrimFunc(s, func(r rune) bool {
		return unicode.IsSpace(r) || r == '\u200b' || r == '\u2060' || r == '\ufeff'
	})
}

// tidierOf is how a string with these tags is tidied before it is checked, nil for not at all. Of an email only spaces
// are cut: a line break at the end of one is no slip of the finger.
func tidierOf(tags string) func(string) string {
	for tag := range strings.SplitSeq(tags, ",") {
		switch tag {
		case "line", "text":
			return trimmed
		case "email":
			return func(s string) string { return strings.Trim(s, " ") }
		case "id":
			return strings.ToLower
		}
	}
	return nil
}
