package main

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"crm.example/deploy/bench/internal/process"
)

// title begins a part of the output, which is Markdown: a redirect of it goes into docs/performance.md.
func title(format string, args ...any) { fmt.Printf("\n"+format+".\n", args...) }

func head(columns ...any) {
	fmt.Println()
	row(columns...)
	fmt.Println("|" + strings.Repeat("---|", len(columns)))
}

// row prints times in milliseconds.
func row(cells ...any) {
	for _, c := range cells {
		if took, ok := c.(time.Duration); ok {
			c = millis(took)
		}
		fmt.Printf("| %v ", c)
	}
	fmt.Println("|")
}

func millis(d time.Duration) string { return fmt.Sprintf("%.3f", float64(d)/float64(time.Millisecond)) }

// say shows progress beside the output.
func say(format string, args ...any) { fmt.Fprintf(os.Stderr, format+"\n", args...) }

// median of what is told of each.
func median[E any, T int | float64 | time.Duration](of []E, tell func(E) T) (middle T) {
	values := make([]T, len(of))
	for i := range of {
		values[i] = tell(of[i])
	}
	if slices.Sort(values); len(values) > 0 {
		middle = values[len(values)/2]
	}
	return middle
}

// memory is a row for each process: what it holds, and what it uses while nobody asks anything.
type memory [][]any

func (m *memory) note(l *lab, when string, groups []process.Group, over time.Duration) error {
	before, err := process.WaitIdle(groups)
	if err != nil {
		return err
	}
	if err := l.sleep(over); err != nil {
		return err
	}
	after, err := process.Usage(groups)
	for i, u := range after {
		busy := 100 * float64(u.CPU-before[i].CPU) / float64(over)
		*m = append(*m, []any{groups[i].Name, when, u.RSS >> 20, u.Own >> 20, u.Peak >> 20, u.Files, fmt.Sprintf("%.1f %%", busy)})
	}
	return err
}

func (m memory) print() {
	head("process", "when", "RSS MiB", "of it own", "most so far", "files", "CPU idle")
	for _, cells := range m {
		row(cells...)
	}
}
