package web

import (
	"reflect"
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

// trimmed cuts white space and zero-width characters off both ends.
func trimmed(s string) string {
	return strings.TrimFunc(s, func(r rune) bool {
		return unicode.IsSpace(r) || r == '\u200b' || r == '\u2060' || r == '\ufeff'
	})
}

// trim cuts the fields that hold text for people; a password is left as it is.
func trim(dst reflect.Value) {
	for i := range dst.NumField() {
		if !holdsText(dst.Type().Field(i).Tag.Get("validate")) {
			continue
		}
		switch f := dst.Field(i).Addr().Interface().(type) {
		case *string:
			*f = trimmed(*f)
		case **string:
			if *f != nil {
				**f = trimmed(**f)
			}
		case *Nullable:
			f.Value = trimmed(f.Value)
		}
	}
}

func holdsText(tags string) bool {
	for tag := range strings.SplitSeq(tags, ",") {
		if tag == "line" || tag == "text" || tag == "email" {
			return true
		}
	}
	return false
}
