package mongostore

import (
	"cmp"
	"context"
	"regexp"
	"slices"
	"strings"

	"go.mongodb.org/mongo-driver/v2/bson"
	driver "go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"crm.example/pkg/mongo"
	"crm.example/services/ticket/internal/store/document"
	"crm.example/services/ticket/internal/ticket"
)

// Searched are the members that a search finds a ticket by.
type Searched struct {
	Terms   []string `bson:"terms,omitempty"`   // in no order, some more than once
	TermsOf int      `bson:"termsOf,omitempty"` // the version that they are complete for: a service that knows no terms may have written since
}

// Indexed is a ticket with them.
type Indexed struct {
	document.Ticket `bson:",inline"`
	Searched        `bson:",inline"`
}

// indexedOf is the document of a ticket that is whole.
func indexedOf(t ticket.Ticket) Indexed {
	return Indexed{document.TicketOf(t), Searched{termsOf(t.SearchTerms()), t.Version}}
}

// newTerms are what a change makes of a ticket's terms: all of them, or those to be added to what is there.
func newTerms(ctx context.Context, c *driver.Collection, was Indexed, t ticket.Ticket) (all, added []string, err error) {
	if was.TermsOf == was.Version && t.SameTerms(was.Ticket.Ticket()) {
		return nil, termsOf(t.AddedTerms()), nil
	}
	at := append(mongo.ByID(t.ID), bson.E{Key: "clientId", Value: t.ClientID}, bson.E{Key: "version", Value: was.Version})
	before, err := decodeFound(c.FindOne(ctx, at, options.FindOne().SetProjection(whole)), "read conversation")
	t.Conversation, t.Notes = append(before.Conversation, t.Added()...), append(before.Notes, t.AddedNotes()...)
	return termsOf(t.SearchTerms()), nil, err
}

// beginnings are the lengths, in code points, for which each term's beginning is a term too. An index gives the order of a list
// only where a whole term is looked for; a beginning of another length is looked for by the longest of these in it.
var beginnings = []int{1, 2, 4, 7}

// termsOf are a ticket's terms, with their beginnings.
func termsOf(terms []string) []string {
	all := slices.Clone(terms)
	for _, term := range terms {
		mark, runes := marked(term)
		for _, length := range beginnings {
			if len(runes) >= length {
				all = append(all, beginning(mark, runes[:length]))
			}
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// marked are what marks a term as one of a note, and the word.
func marked(term string) (mark string, word []rune) {
	text, isNote := strings.CutPrefix(term, ticket.NoteMark)
	if isNote {
		mark = ticket.NoteMark
	}
	return mark, []rune(text)
}

func beginning(mark string, runes []rune) string { return "^" + mark + string(runes) }

// searchFilter has a condition for each word. What is likely to be rare comes first: a server that does not try which one
// is takes that one.
func searchFilter(q ticket.Query) (filter bson.D) {
	for _, word := range slices.SortedStableFunc(slices.Values(q.Search.Words(q.Scope)), longest) {
		filter = append(filter, bson.E{Key: "terms", Value: anyOf(keysOf(word))})
		if cut := leftOf(word); cut != nil {
			filter = append(filter, bson.E{Key: "terms", Value: anyOf(cut)})
		}
	}
	return bson.D{{Key: "$and", Value: each(filter)}}
}

func longest(a, b ticket.Word) int { return cmp.Compare(length(b), length(a)) }

func length(w ticket.Word) (n int) {
	for _, term := range append(w.Terms, w.Beginnings...) {
		n = max(n, len(term))
	}
	return n
}

// each has every condition in a document of its own, since they are all of one member.
func each(conditions bson.D) (all bson.A) {
	for _, c := range conditions {
		all = append(all, bson.D{c})
	}
	return all
}

func anyOf(values bson.A) any {
	if len(values) == 1 {
		return values[0]
	}
	return bson.D{{Key: "$in", Value: values}}
}

// keysOf are the stored terms of which a ticket that has the word has one.
func keysOf(w ticket.Word) (keys bson.A) {
	for _, term := range w.Terms {
		keys = append(keys, term)
	}
	for _, text := range w.Beginnings {
		mark, word := marked(text)
		keys = append(keys, beginning(mark, longestStored(word)))
	}
	return keys
}

// leftOf is what the keys leave to be asked; nil: nothing.
func leftOf(w ticket.Word) (values bson.A) {
	whole := true
	for _, term := range w.Terms {
		values = append(values, term)
	}
	for _, text := range w.Beginnings {
		_, word := marked(text)
		whole = whole && len(longestStored(word)) == len(word)
		values = append(values, bson.Regex{Pattern: "^" + regexp.QuoteMeta(text)})
	}
	if whole {
		return nil
	}
	return values
}

// longestStored is the longest part of a beginning that is stored.
func longestStored(word []rune) []rune {
	for _, length := range slices.Backward(beginnings) {
		if len(word) >= length {
			return word[:length]
		}
	}
	return nil
}
