package main

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"time"
)

// report collects what was measured: sections of Markdown, as they go into docs/performance.md.
type report struct {
	machine  string
	sections []*section
	failed   int
}

// section is what stands between two marks of the page.
type section struct {
	name   string
	title  string
	blocks []fmt.Stringer
}

// table is one of Markdown.
type table struct {
	head []string
	rows [][]string
}

func (r *report) section(name, title string) *section {
	s := &section{name: name, title: title}
	r.sections = append(r.sections, s)
	return s
}

func (s *section) table(head ...string) *table {
	t := &table{head: head}
	s.blocks = append(s.blocks, t)
	return t
}

func (t *table) add(cells ...string) {
	t.rows = append(t.rows, cells)
	say("| %s |", strings.Join(cells, " | "))
}

func (t *table) String() string {
	var b strings.Builder
	line := func(cells []string) { fmt.Fprintf(&b, "| %s |\n", strings.Join(cells, " | ")) }
	line(t.head)
	b.WriteString(strings.Repeat("|---", len(t.head)) + "|\n")
	for _, row := range t.rows {
		line(row)
	}
	return b.String()
}

func (r *report) text(s *section) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s. %s.\n", s.title, r.machine)
	for _, block := range s.blocks {
		fmt.Fprintf(&b, "\n%s", block)
	}
	return b.String()
}

// print shows the sections. Figures with failures don't count.
func (r *report) print() error {
	for _, s := range r.sections {
		fmt.Printf("\n%s", r.text(s))
	}
	if r.failed > 0 {
		return fmt.Errorf("%d requests failed: these figures do not count", r.failed)
	}
	return nil
}

// write puts each section between its marks in the page. Sections that the page has no marks for are an error.
func (r *report) write(page string) error {
	if page == "" || r.failed > 0 {
		return nil
	}
	raw, err := os.ReadFile(page)
	if err != nil {
		return err
	}
	text, errs := string(raw), []error(nil)
	for _, s := range r.sections {
		before, rest, found := strings.Cut(text, "<!-- bench: "+s.name+" -->\n")
		_, after, ends := strings.Cut(rest, "<!-- /bench -->")
		if !found || !ends {
			errs = append(errs, fmt.Errorf("%s has no marks for %s", page, s.name))
			continue
		}
		text = before + "<!-- bench: " + s.name + " -->\n" + r.text(s) + "<!-- /bench -->" + after
	}
	return errors.Join(append(errs, os.WriteFile(page, []byte(text), 0o644))...)
}

func millis(d time.Duration) string { return fmt.Sprintf("%.2f", float64(d)/float64(time.Millisecond)) }

// finely is millis of what is a fraction of one.
func finely(d time.Duration) string { return fmt.Sprintf("%.3f", float64(d)/float64(time.Millisecond)) }

// say shows progress; the report itself goes to the standard output.
func say(format string, args ...any) { fmt.Fprintf(os.Stderr, format+"\n", args...) }
