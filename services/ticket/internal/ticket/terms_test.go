package ticket_test

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"crm.example/services/ticket/internal/ticket"
)

func TestTerms(t *testing.T) {
	t.Parallel()
	for _, row := range []struct{ name, text, want string }{
		{"case, and a word twice", "Printer PRINTER on floor 3", "printer on floor 3"},
		{"German umlauts", "Müller, Größe", "muller grosse"},
		{"German sharp s, capital too", "Straße STRAẞE STRASSE", "strasse"},
		{"French", "déjà-vu à l’Élysée", "deja vu a l elysee"},
		{"Turkish i", "İstanbul ISTANBUL ıstanbul istanbul", "istanbul"},
		{"Greek, final sigma", "Οδυσσεύς ΟΔΥΣΣΕΎΣ", "οδυσσευσ"},
		{"Russian", "Ёлка елка ЙОД", "елка иод"},
		{"Arabic marks and stretcher", "كِتَابٌ كتاب كتـــاب", "كتاب"},
		{"Arabic hamza on its seat", "أحمد احمد", "احمد"},
		{"Hebrew points", "שָׁלוֹם שלום", "שלום"},
		{"Thai", "สวัสดี", "สว วั ัส สด ดี"},
		{"Hindi keeps its vowels", "की का नमस्ते", "की का नमस्ते"},
		{"Chinese", "打印机坏了", "打印 印机 机坏 坏了"},
		{"one Chinese character", "打", "打"},
		{"Japanese, voiced and half width", "ガラス ｶﾞﾗｽ からす", "ガラ ラス から らす"},
		{"Korean", "프린터가 고장", "프린 린터 터가 고장"},
		{"Chinese beside Latin", "用iPhone打", "用 iphone 打"},
		{"emoji are no words", "🖨️ broken 👩🏽‍💻", "broken"},
		{"e-mail address", "Client.One+crm@example.com", "client one crm example com"},
		{"order number", "ORD-2026-00042", "ord 2026 00042"},
		{"file name", "/var/log/app_v2.tar.gz", "var log app v2 tar gz"},
		{"version", "v1.26.8-rc1", "v1 26 8 rc1"},
		{"width, ligature, superscript", "ＡＢＣ ﬁle m²", "abc file m2"},
		{"only marks and spaces", " \u0301 \u200b !?", ""},
		{"a long word", strings.Repeat("a", 50), strings.Repeat("a", ticket.MaxTermLength)},
		{"broken UTF-8", "ab\xffcd", "ab cd"},
	} {
		if got := strings.Join(ticket.Terms(row.text), " "); got != row.want {
			t.Errorf("%s: %q gives %q, want %q", row.name, row.text, got, row.want)
		}
	}
}

func FuzzTerms(f *testing.F) {
	for _, seed := range []string{"", "Straße İ ﬁ", "打印机 ガ 프린터 สวัสดี नमस्ते", "a\xff\u0301b", "\u1e9e\u0130\u0345", "각\u11a8"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		terms := ticket.Terms(text)
		for _, term := range terms {
			if !utf8.ValidString(term) || term == "" || utf8.RuneCountInString(term) > ticket.MaxTermLength || strings.ContainsRune(term, ' ') {
				t.Fatalf("%q has the term %q", text, term)
			}
		}
		if again := ticket.Terms(strings.Join(terms, " ")); !slices.Equal(again, terms) {
			t.Fatalf("%q has the terms %q, and they have %q", text, terms, again)
		}
	})
}
