package ticket

import (
	"slices"
	"strconv"
	"strings"
)

// MaxSearched is how many bytes of a conversation search knows, and of the notes: what begins later is not found. It bounds what one
// ticket can put into an index.
const MaxSearched = 128 << 10

// Search is what somebody looks for. The zero Search takes every ticket, and says nothing of the order: with any other, lists are
// ordered newest first.
type Search struct{ terms []string }

// SearchFor reads a text. One without a letter or a digit is the zero Search.
func SearchFor(text string) Search { return Search{Terms(text)} }

// IsZero tells that nothing is looked for.
func (s Search) IsZero() bool { return len(s.terms) == 0 }

// alike are the terms that a word may be there as.
func alike(term string, scope Scope) []string {
	if scope.ClientID != "" {
		return []string{term}
	}
	return []string{term, NoteMark + term}
}

// NoteMark begins the terms of notes, and no word: what clients look for is never found there.
const NoteMark = "~"

// numberTerm is what a ticket with that number has. No word begins so.
func numberTerm(number string) string { return "#" + number }

// Word is one of a search: a ticket has it if it has any of the terms, or a term with any of the beginnings.
type Word struct{ Terms, Beginnings []string }

// Words must all be in a ticket, the last one as a beginning. In the notes they are looked for only on behalf of agents.
func (s Search) Words(scope Scope) []Word {
	words := make([]Word, len(s.terms))
	for i, term := range s.terms {
		if i == len(s.terms)-1 {
			words[i].Beginnings = alike(term, scope)
		} else {
			words[i].Terms = alike(term, scope)
		}
		if n, err := strconv.Atoi(term); err == nil && strconv.Itoa(n) == term {
			words[i].Terms = append(words[i].Terms, numberTerm(term))
		}
	}
	return words
}

// SearchTerms are what a ticket that is whole is found by.
func (t Ticket) SearchTerms() []string {
	terms := append(Terms(t.ClientName+"\n"+t.Subject), termsIn(0, t.Conversation)...)
	terms = append(terms, termsOfNotes(0, t.Notes)...)
	if t.Number > 0 {
		terms = append(terms, numberTerm(strconv.Itoa(t.Number)))
	}
	return unique(terms)
}

// AddedTerms are those of messages and notes that are not stored yet.
func (t Ticket) AddedTerms() []string {
	added, size := t.Added(), t.Size
	for _, m := range added {
		size -= len(m.Text)
	}
	notes, noteSize := t.AddedNotes(), t.NoteSize
	for _, n := range notes {
		noteSize -= len(n.Text)
	}
	return unique(append(termsIn(size, added), termsOfNotes(noteSize, notes)...))
}

// SameTerms tells that of two forms of a ticket one is found by what the other one is found by, but for messages.
func (t Ticket) SameTerms(other Ticket) bool {
	return t.ClientName == other.ClientName && t.Subject == other.Subject && t.Number == other.Number
}

// termsIn are the terms of messages that follow so many bytes of text.
func termsIn(size int, messages []Message) (terms []string) {
	for _, m := range messages {
		if size >= MaxSearched {
			break
		}
		size += len(m.Text)
		terms = append(terms, Terms(m.Text)...)
	}
	return terms
}

// termsOfNotes are likewise those of notes.
func termsOfNotes(size int, notes []Note) (terms []string) {
	for _, n := range notes {
		if size >= MaxSearched {
			break
		}
		size += len(n.Text)
		for _, term := range Terms(n.Text) {
			terms = append(terms, NoteMark+term)
		}
	}
	return terms
}

func unique(terms []string) []string {
	slices.SortFunc(terms, strings.Compare)
	return slices.Compact(terms)
}
