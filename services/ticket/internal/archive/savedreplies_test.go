package archive_test

import (
	"slices"
	"strings"
	"testing"

	"crm.example/services/ticket/internal/archive"
	"crm.example/services/ticket/internal/ticket"
)

// Saved replies move too, and are counted as no tickets; importing twice changes nothing.
func TestSavedReplies(t *testing.T) {
	t.Parallel()
	from, to := filled(t, conversation(1)), inMongoDB(t)
	want := []ticket.SavedReply{{ID: newID(), Name: "Thanks", Text: "Thank you"}, {ID: newID(), Name: "Wait", Text: "We come\nback"}}
	for _, r := range want {
		if err := from.AddSavedReply(t.Context(), r); err != nil {
			t.Fatal(err)
		}
	}
	file := export(t, from)
	for range 2 {
		n, err := archive.Import(t.Context(), to, strings.NewReader(file))
		if err != nil || n.Tickets != 1 {
			t.Fatalf("imported %+v, %v", n, err)
		}
	}
	if got, err := to.SavedReplies(t.Context()); err != nil || !slices.Equal(got, want) {
		t.Errorf("imported %+v, %v, want %+v", got, err, want)
	}
	for wrong, right := range map[string]string{
		`"name":""`: `"name":"Thanks"`, `"message":" "`: `"message":"Thank you"`, `"id":"` + strings.ToUpper(want[0].ID) + `"`: `"id":"` + want[0].ID + `"`, `"text":""`: `"message":"Thank you"`,
	} {
		if _, err := archive.Import(t.Context(), inSQLite(t), strings.NewReader(strings.Replace(file, right, wrong, 1))); err == nil || !strings.HasPrefix(err.Error(), "line 2: ") {
			t.Errorf("%s: %v", wrong, err)
		}
	}
}
