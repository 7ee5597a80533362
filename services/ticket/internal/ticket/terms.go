package ticket

import (
	"strings"
	"unicode"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// MaxTermLength is how many code points of a word search knows. Words that are longer are found by these.
const MaxTermLength = 40

// Terms are the words of a text as search knows them, each once, in the order of the text: compatibility forms, case and
// accents are folded away (Unicode NFKC and full case folding), and words are runs of letters and digits. Scripts that
// are written without spaces give overlapping pairs of characters. The same rules hold for what is stored and for what
// is searched; the terms of joined terms are the same terms.
func Terms(text string) []string {
	var terms []string
	seen := map[string]bool{}
	add := func(term string) {
		if !seen[term] {
			seen[term] = true
			terms = append(terms, term)
		}
	}
	for word := range strings.FieldsFuncSeq(fold(text), notInWord) {
		split([]rune(word), add)
	}
	return terms
}

// fold makes equal what a person takes for the same letters.
func fold(text string) string {
	text = cases.Fold().String(norm.NFKD.String(text))
	text = strings.Map(bare, norm.NFKD.String(text))
	return norm.NFC.String(text)
}

// bare drops accents, vowel points and the Arabic stretcher. Marks that are vowels of their script stay, and so do the
// Japanese marks of voice, which make another letter.
func bare(r rune) rune {
	switch {
	case r == 'ı': // the Turkish letter, so that both spellings of Istanbul are one
		return 'i'
	case r == '\u0640':
		return -1
	case unicode.Is(unicode.Mn, r) && unicode.In(r, pointed...) && r != '\u3099' && r != '\u309a':
		return -1
	}
	return r
}

// pointed are the scripts whose marks may be left out in writing. Inherited are the marks that several scripts share.
var pointed = []*unicode.RangeTable{unicode.Inherited, unicode.Latin, unicode.Greek, unicode.Cyrillic, unicode.Arabic, unicode.Hebrew, unicode.Syriac}

// unspaced are the scripts that write no spaces between words, and Hangul, whose words grow by endings.
var unspaced = []*unicode.RangeTable{
	unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul, unicode.Bopomofo,
	unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar,
}

func notInWord(r rune) bool { return !unicode.In(r, unicode.L, unicode.N, unicode.M) }

// split gives a word's terms: pairs of what is written without spaces, the rest whole.
func split(word []rune, add func(string)) {
	for len(word) > 0 {
		paired, end := unicode.In(word[0], unspaced...), 1
		for end < len(word) && (unicode.In(word[end], unspaced...) == paired || unicode.Is(unicode.M, word[end])) {
			end++
		}
		run := word[:end]
		word = word[end:]
		if !paired {
			add(string(run[:min(len(run), MaxTermLength)]))
			continue
		}
		add(string(run[:min(len(run), 2)]))
		for i := 1; i+2 <= len(run); i++ {
			add(string(run[i : i+2]))
		}
	}
}
