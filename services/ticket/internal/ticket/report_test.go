package ticket_test

import (
	"reflect"
	"testing"
	"time"

	"crm.example/services/ticket/internal/ticket"
)

func TestReport(t *testing.T) {
	t.Parallel()
	from := time.Date(2026, 1, 30, 0, 0, 0, 0, time.UTC)
	minutes := func(all ...int) (spans []time.Duration) {
		for _, n := range all {
			spans = append(spans, time.Duration(n)*time.Minute)
		}
		return spans
	}
	closing := func(hour, took int, of string) ticket.Closing {
		return ticket.Closing{At: from.Add(time.Duration(hour) * time.Hour), Took: time.Duration(took) * time.Minute, AssigneeID: of}
	}
	got := ticket.ReportOf(ticket.Facts{
		Opened:       map[string]int{"2026-01-30": 2},
		Answers:      map[ticket.AgentDay]int{{Day: "2026-01-31", AgentID: "a1"}: 3, {Day: "2026-01-31", AgentID: "a2"}: 1},
		Closed:       []ticket.Closing{closing(1, 30, "a1"), closing(25, 10, ""), closing(26, 20, "a1")},
		FirstAnswers: minutes(10, 1, 2, 3, 9, 8, 7, 6, 5, 4),
		Ratings:      map[ticket.Rated]int{{AssigneeID: "a2", Score: 5}: 2, {Score: 1}: 1},
		Waiting:      7,
	}, from, from.AddDate(0, 0, 2))
	want := ticket.Report{
		From: from, To: from.AddDate(0, 0, 2), Waiting: 7, Scores: ticket.Scores{1, 0, 0, 0, 2},
		Days:        []ticket.Day{{Date: "2026-01-30", Opened: 2, Closed: 1}, {Date: "2026-01-31", Closed: 2, Answers: 4}},
		FirstAnswer: ticket.Spread{Cases: 10, Median: 5 * time.Minute, P90: 9 * time.Minute},
		Resolution:  ticket.Spread{Cases: 3, Median: 20 * time.Minute, P90: 30 * time.Minute},
		Agents:      []ticket.Share{{ID: "a1", Answers: 3, Closed: 2}, {ID: "a2", Answers: 1, Scores: ticket.Scores{4: 2}}},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("\n got %+v\nwant %+v", got, want)
	}
	if empty := ticket.ReportOf(ticket.Facts{}, from, from); empty.FirstAnswer != (ticket.Spread{}) || len(empty.Days)+len(empty.Agents) > 0 {
		t.Errorf("of nothing: %+v", empty)
	}
}
