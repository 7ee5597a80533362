package storetest

import (
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"crm.example/services/ticket/internal/ticket"
)

// Growth measures what agents ask at some sizes, such as GROWTH="10000 100000"; each size is filled first, which takes most of the
// time. Tickets have 120 words of 20,000, as frequent as those of a language are.
func Growth(b *testing.B, open func(b *testing.B) Store) {
	for size := range strings.FieldsSeq(os.Getenv("GROWTH")) {
		n, err := strconv.Atoi(size)
		if err != nil {
			b.Fatal(err)
		}
		b.Run(size, func(b *testing.B) {
			s := open(b)
			begun := time.Now()
			grow(b, s, n)
			b.Logf("filling took %s for each ticket", time.Since(begun)/time.Duration(n))
			for _, asked := range growthQueries() {
				b.Run(asked.name, func(b *testing.B) {
					measure(b, func() error { _, err := s.List(b.Context(), asked.q); return err })
				})
			}
			b.Run("counts", func(b *testing.B) {
				desk := ticket.Desk{Store: s, Now: func() time.Time { return noon }}
				measure(b, func() error { _, err := desk.Count(b.Context(), growthAgent); return err })
			})
			b.Run("report", func(b *testing.B) {
				measure(b, func() error { _, err := s.Facts(b.Context(), noon, noon.AddDate(10, 0, 0), noon); return err })
			})
		})
	}
}

type growthQuery struct {
	name string
	q    ticket.Query
}

func growthQueries() []growthQuery {
	search := func(words string) ticket.Query { return ticket.Query{Search: ticket.SearchFor(words), Limit: 21} }
	return []growthQuery{
		{"list", ticket.Query{Limit: 21}},
		{"mine", ticket.Query{View: ticket.Mine, Assignee: growthAgent.ID, Now: noon, Limit: 21}},
		{"unassigned", ticket.Query{View: ticket.Unassigned, Now: noon, Limit: 21}},
		{"waiting", ticket.Query{View: ticket.Waiting, Now: noon, Limit: 21}},
		{"snoozed", ticket.Query{View: ticket.Snoozed, Now: noon, Limit: 21}},
		{"closed", ticket.Query{View: ticket.Done, Now: noon, Limit: 21}},
		{"tag", ticket.Query{Tag: "vip", Limit: 21}},
		{"search-rare", search("word19000x")},
		{"search-common", search("word0x")},
		{"search-two", search("word50x word3x")},
		{"search-beginning", search("wor")},
		{"search-two-common", search("word1x word2x")},
	}
}

// growthAgent has a tenth of the tickets.
var growthAgent = newAgent()

func measure(b *testing.B, do func() error) {
	took := make([]time.Duration, 0, b.N)
	before := cpuTime()
	for b.Loop() {
		begun := time.Now()
		if err := do(); err != nil {
			b.Fatal(err)
		}
		took = append(took, time.Since(begun))
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "p50-ms")
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "p99-ms")
	b.ReportMetric(float64((cpuTime()-before).Microseconds())/1000/float64(len(took)), "cpu-ms")
}

// cpuTime is this process's; that of a server is not in it.
func cpuTime() time.Duration {
	var used syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &used) != nil {
		return 0
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}

// grow fills a store; 20,000 tickets at most are open, and half of them at most.
func grow(b *testing.B, s Store, n int) {
	b.Helper()
	random := rand.New(rand.NewPCG(1, 2))
	zipf := rand.NewZipf(random, 1.1, 3, 20_000)
	clients := make([]ticket.Actor, max(1, n/20))
	for i := range clients {
		clients[i] = newClient()
	}
	const writers = 32 // share commits
	work := make(chan ticket.Ticket, writers)
	failed := make(chan error, writers)
	for range writers {
		go func() {
			var failure error
			for t := range work {
				if err := s.Restore(b.Context(), t); err != nil {
					failure = err
				}
			}
			failed <- failure
		}()
	}
	for i := range n {
		work <- grown(i, n, clients[random.IntN(len(clients))], random, zipf)
	}
	close(work)
	for range writers {
		if err := <-failed; err != nil {
			b.Fatal(err)
		}
	}
}

func grown(i, n int, client ticket.Actor, random *rand.Rand, zipf *rand.Zipf) ticket.Ticket {
	words := make([]string, 120)
	for w := range words {
		words[w] = fmt.Sprintf("word%dx", zipf.Uint64())
	}
	at := noon.Add(time.Duration(i) * time.Minute)
	t := ticket.Open(stamp(client, at), newID(), ticket.Draft{Subject: strings.Join(words[:5], " "), Message: strings.Join(words[5:], " "), Priority: ticket.Normal})
	switch i % 10 {
	case 0:
		t.AssigneeID, t.AssigneeName = growthAgent.ID, growthAgent.Name
	case 1:
		t.SnoozedUntil = noon.AddDate(20, 0, 0)
	case 2:
		t.Tags = []string{"vip"}
	}
	if i < max(n-20_000, n/2) {
		_ = t.Close(stamp(growthAgent, at.Add(time.Hour)))
	}
	t.Conversation, t.Pending = t.Added(), nil
	return t
}
