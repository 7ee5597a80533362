package demo

import (
	"context"
	"time"

	"crm.example/services/ticket/internal/ticket"
)

// plot is one ticket's. A step that would lie after the last day does not come, nor does any after it.
type plot struct {
	*story
	ctx    context.Context
	id     string
	client ticket.Actor
	agent  ticket.Actor
	err    error
	over   bool
}

// after is whether something comes next, within so long. Agents wait until they work.
func (p *plot) after(least, more time.Duration, who ticket.Actor) bool {
	next := p.clock.Add(least + p.upTo(more))
	if who.Role.Answers() {
		next = atWork(next)
	}
	p.over = p.over || p.err != nil || next.After(p.until)
	if !p.over {
		p.clock = next
	}
	return !p.over
}

func (p *plot) handle(about topic) {
	if p.after(5*time.Minute, time.Hour, p.agent) {
		_, p.err = p.desk.Handle(p.ctx, p.agent, p.id, ticket.Handling{AddTags: about.tags, Assignee: &ticket.Assignee{ID: p.agent.ID}})
	}
	if about.note != "" && p.happens(40) && p.after(time.Minute, 2*time.Hour, p.agent) {
		_, p.err = p.desk.Note(p.ctx, p.agent, p.id, about.note, "")
	}
}

// rate is what some clients do within a day.
func (p *plot) rate() {
	if !p.happens(50) || !p.after(10*time.Minute, 24*time.Hour, p.client) {
		return
	}
	score := pick(p.story, []int{5, 5, 5, 4, 4, 3, 2, 1})
	_, p.err = p.desk.Rate(p.ctx, p.client, p.id, ticket.Rating{Score: score, Comment: pick(p.story, words[score])}, nil)
}

// answer is the way from the first answer to the end.
func (p *plot) answer(about topic) {
	p.says(p.agent, about.answer, 10*time.Minute, 20*time.Hour)
	if p.happens(60) {
		p.says(p.client, about.doubt, time.Hour, 30*time.Hour)
		p.says(p.agent, about.remedy, 20*time.Minute, 10*time.Hour)
	}
	if p.happens(8) {
		p.putOff()
		return
	}
	if p.happens(88) {
		p.end()
	}
}

func (p *plot) says(who ticket.Actor, text string, least, more time.Duration) {
	if text != "" && p.after(least, more, who) {
		_, p.err = p.desk.Edit(p.ctx, who, p.id, ticket.Edit{Message: &text})
	}
}

// putOff has the ticket come back in the days after the last one.
func (p *plot) putOff() {
	if p.after(time.Minute, time.Hour, p.agent) {
		back := p.until.Add(12*time.Hour + p.upTo(96*time.Hour)).Truncate(time.Millisecond)
		_, p.err = p.desk.Handle(p.ctx, p.agent, p.id, ticket.Handling{SnoozedUntil: &back})
	}
}

func (p *plot) end() {
	who := p.agent
	if p.happens(30) {
		who = p.client
	}
	if !p.after(time.Hour, 40*time.Hour, who) {
		return
	}
	_, p.err = p.desk.Close(p.ctx, who, p.id, nil)
	p.rate()
	if p.happens(8) {
		p.says(p.client, "One more thing: it happens again since today.", 20*time.Hour, 60*time.Hour)
	}
}
