package outbox_test

import (
	"fmt"
	"syscall"
	"testing"
	"time"

	"crm.example/pkg/events"
)

// BenchmarkRound is the CPU of relay and server, in one process, for so many events of different documents: as one batch, and
// side by side.
func BenchmarkRound(b *testing.B) {
	for _, events := range []int{2, 8, 16, 20, 32, 64} {
		for name, batchFrom := range map[string]int{"batch": 0, "singles": 1000} {
			b.Run(fmt.Sprint(name, "-", events), func(b *testing.B) { benchRound(b, events, batchFrom) })
		}
	}
}

func benchRound(b *testing.B, many, batchFrom int) {
	relay := newRelay(benchStream(b), &memoryOutbox{})
	relay.BatchFrom = batchFrom
	b.ResetTimer()
	before := cpu(b)
	for n := range b.N {
		msgs := make([]events.Message, many)
		for i := range msgs {
			msgs[i] = eventOf(fmt.Sprint("t", i), n+1, 700)
		}
		if sent, err := relay.Publish(b.Context(), msgs); err != nil || sent != many {
			b.Fatal(sent, err)
		}
	}
	b.ReportMetric(float64((cpu(b)-before).Microseconds())/float64(b.N), "cpu-µs/round")
}

func cpu(b *testing.B) time.Duration {
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		b.Fatal(err)
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}
