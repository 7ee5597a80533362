package outage

import (
	"fmt"
	"strings"
	"time"

	"crm.example/e2e/chaos/fault"
	"crm.example/e2e/target"
)

// Cell is one of the table.
type Cell struct {
	Route   Route
	Engine  string
	Kind    fault.Kind
	Revoked bool
}

// Fault is one of an engine.
type Fault struct {
	Engine string
	Kind   fault.Kind
}

// Measured is the longest that was seen.
type Measured struct {
	Answers  map[Cell]time.Duration
	Recovery map[Fault]time.Duration // from the end of the fault until every route gave its usual answer
	Events   map[Fault]time.Duration // from then until the last event was on the stream
}

// How long the two may take.
const (
	Recovery = 5 * time.Second
	Events   = 10 * time.Second
)

var names = map[string]string{target.MongoDB: "MongoDB", target.Redis: "Redis", target.NATS: "NATS"}

// Page is the generated part of docs/outages.md. What was not measured is left out.
func Page(seen Measured) string {
	var page strings.Builder
	for _, engine := range Engines {
		fmt.Fprintf(&page, "\n### %s\n\n| route |", names[engine])
		for _, kind := range fault.Kinds {
			fmt.Fprintf(&page, " %s |", kind)
		}
		page.WriteString("\n|---|" + strings.Repeat("---|", len(fault.Kinds)) + "\n")
		afterwards(&page, "*every route as usual again*", engine, Recovery, seen.Recovery)
		afterwards(&page, "*and the last event on the stream*", engine, Events, seen.Events)
		for _, route := range Routes {
			row(&page, route.Title(), Cell{Route: route, Engine: engine}, seen)
		}
		for _, route := range Routes {
			if route.Revoked {
				row(&page, route.Title()+", revoked token", Cell{Route: route, Engine: engine, Revoked: true}, seen)
			}
		}
	}
	return page.String() + "\n"
}

func row(page *strings.Builder, title string, c Cell, seen Measured) {
	fmt.Fprintf(page, "| %s |", title)
	for _, c.Kind = range fault.Kinds {
		fmt.Fprintf(page, " %s |", c.text(seen))
	}
	page.WriteString("\n")
}

func afterwards(page *strings.Builder, title, engine string, within time.Duration, seen map[Fault]time.Duration) {
	fmt.Fprintf(page, "| %s |", title)
	for _, kind := range fault.Kinds {
		fmt.Fprintf(page, " ≤ %s%s |", seconds(within), bracketed(seen, Fault{engine, kind}))
	}
	page.WriteString("\n")
}

func (c Cell) text(seen Measured) string {
	stated := c.State()
	var answers []string
	for _, status := range stated.Status {
		answers = append(answers, strings.Replace(fmt.Sprint(status), "503", "**503**", 1))
	}
	return fmt.Sprintf("%s ≤ %s%s", strings.Join(answers, " or "), seconds(stated.Within), bracketed(seen.Answers, c))
}

func bracketed[K comparable](seen map[K]time.Duration, of K) string {
	if took, ok := seen[of]; ok {
		return fmt.Sprintf(" (%s)", seconds(took))
	}
	return ""
}

// State is what the cell says.
func (c Cell) State() Stated {
	if c.Revoked {
		return c.Route.RevokedState(c.Engine)
	}
	return c.Route.State(c.Engine, c.Kind)
}

func seconds(d time.Duration) string {
	return fmt.Sprintf("%.3g s", d.Round(time.Millisecond).Seconds())
}
