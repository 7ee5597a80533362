package smtp

import (
	"encoding/base64"
	"strings"
	"unicode"
	"unicode/utf8"
)

// wordBytes of text fit into one encoded word, which has 75 characters at most (RFC 2047, section 2).
const wordBytes = 45

// Verbatim writes a text so that mail programs show it unchanged in a header, even if it looks like an encoded word
// (=?utf-8?b?…?=), which they would decode. Plain text stays plain.
func Verbatim(text string) string {
	if !strings.Contains(text, "=?") && !strings.ContainsFunc(text, func(r rune) bool { return r > unicode.MaxASCII || unicode.IsControl(r) }) {
		return text
	}
	var words []string
	for len(text) > 0 {
		n := min(wordBytes, len(text))
		for n < len(text) && !utf8.RuneStart(text[n]) {
			n--
		}
		words = append(words, "=?utf-8?b?"+base64.StdEncoding.EncodeToString([]byte(text[:n]))+"?=")
		text = text[n:]
	}
	return strings.Join(words, " ") // white space between two of them is not shown
}
