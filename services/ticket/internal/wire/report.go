package wire

import (
	"math"
	"time"

	"crm.example/pkg/events"
	"crm.example/services/ticket/internal/ticket"
)

// ReportOf is the report for agents.
func ReportOf(r ticket.Report) events.TicketReport {
	report := events.TicketReport{
		From: r.From.Format(time.DateOnly), To: r.To.AddDate(0, 0, -1).Format(time.DateOnly), Waiting: r.Waiting,
		FirstAnswer: spreadOf(r.FirstAnswer), Resolution: spreadOf(r.Resolution), Ratings: ratingsOf(r.Scores),
		Days: make([]events.ReportDay, len(r.Days)), Agents: make([]events.ReportAgent, len(r.Agents)),
	}
	for i, d := range r.Days {
		report.Days[i] = events.ReportDay{Date: d.Date, Opened: d.Opened, Closed: d.Closed, Replies: d.Answers}
	}
	for i, s := range r.Agents {
		report.Agents[i] = events.ReportAgent{ID: s.ID, Name: s.Name, Replies: s.Answers, Closed: s.Closed, Ratings: ratingsOf(s.Scores)}
	}
	return report
}

func spreadOf(s ticket.Spread) events.ReportSpread {
	if s.Cases == 0 {
		return events.ReportSpread{}
	}
	median, p90 := int(math.Round(s.Median.Seconds())), int(math.Round(s.P90.Seconds()))
	return events.ReportSpread{Tickets: s.Cases, Median: &median, P90: &p90}
}

func ratingsOf(scores ticket.Scores) events.ReportRatings {
	r := events.ReportRatings{Scores: scores}
	sum := 0
	for i, n := range scores {
		r.Count += n
		sum += (i + 1) * n
	}
	if r.Count > 0 {
		average := math.Round(float64(sum)/float64(r.Count)*100) / 100
		r.Average = &average
	}
	return r
}
