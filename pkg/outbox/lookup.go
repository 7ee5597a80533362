package outbox

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"golang.org/x/sync/errgroup"
)

// maxQuestions is how many look-ups are under way at a time.
const maxQuestions = 32

// lookUp asks the stream for the last events of these events' families. Call it before the outbox is read: if the outbox then
// has an event after its family's last one, it has not been published.
func (r *Relay) lookUp(ctx context.Context, of []outgoing) error {
	families := map[string]bool{}
	for _, m := range of {
		families[m.family] = true
	}
	var questions errgroup.Group
	questions.SetLimit(maxQuestions)
	for family := range families {
		questions.Go(func() error {
			at, err := r.ask(ctx, family)
			if err == nil {
				r.published.Add(family, at)
			}
			return err
		})
	}
	return questions.Wait()
}

// ask gets the last message on a subject. Any replica of the stream may answer, and one that lags behind names an older
// message: then the fence fails, and the relay asks again.
func (r *Relay) ask(ctx context.Context, subject string) (last, error) {
	question, err := json.Marshal(map[string]string{"last_by_subj": subject})
	if err != nil {
		return last{}, err
	}
	answer, err := r.js.Conn().RequestWithContext(ctx, jetstream.DefaultAPIPrefix+"DIRECT.GET."+r.stream, question)
	if err != nil {
		return last{}, fmt.Errorf("ask stream %s for its last event on %s: %w", r.stream, subject, err)
	}
	switch status := answer.Header.Get("Status"); status {
	case "":
	case "404":
		return last{}, nil
	default:
		return last{}, fmt.Errorf("ask stream %s for its last event on %s: %s %s", r.stream, subject, status, answer.Header.Get("Description"))
	}
	return lastIn(answer)
}

func lastIn(answer *nats.Msg) (last, error) {
	place, err := strconv.ParseUint(answer.Header.Get(jetstream.SequenceHeader), 10, 64)
	if err != nil {
		return last{}, errors.New("the stream's answer has no sequence")
	}
	return last{place, sequenceOf(answer.Data)}, nil
}
