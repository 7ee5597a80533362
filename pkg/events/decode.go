package events

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"
)

// ErrOtherType says that an event is valid but of another type than the caller asked for: perhaps of a later version.
var ErrOtherType = errors.New("an event of another type")

// Decode reads an event as a consumer gets it. If the event is valid and not of E's kind, it returns ErrOtherType and the
// event's Meta. Any other error means that the bytes break the contract, so trying again is useless.
// Unknown fields are ignored.
func Decode[E Event](body []byte) (E, error) {
	var e E
	envelope, meta, err := Open(body)
	if err != nil {
		return e, err
	}
	any(&e).(interface{ set(Meta) }).set(meta)
	if !e.Kind().Holds(envelope.Type) {
		return e, fmt.Errorf("%w: %s", ErrOtherType, envelope.Type)
	}
	if err := json.Unmarshal(envelope.Data, &e); err != nil {
		return e, fmt.Errorf("data of %s: %w", envelope.Type, err)
	}
	return e, nil
}

// Open reads the envelope (CloudEvents 1.0 in structured JSON) of an event of any type, and checks the members that every
// event has.
func Open(body []byte) (Envelope, Meta, error) {
	var e Envelope
	if err := json.Unmarshal(body, &e); err != nil {
		return e, Meta{}, fmt.Errorf("not an envelope: %w", err)
	}
	if err := e.check(); err != nil {
		return e, Meta{}, err
	}
	sequence, err := strconv.ParseUint(e.Sequence, 10, 31)
	if err != nil || sequence == 0 {
		return e, Meta{}, fmt.Errorf("sequence %.20q is not a positive number", e.Sequence)
	}
	at, err := time.Parse(time.RFC3339, e.Time)
	if err != nil {
		return e, Meta{}, fmt.Errorf("time %.40q is not as in RFC 3339", e.Time)
	}
	return e, Meta{ID: e.ID, Type: e.Type, Document: e.Subject, Sequence: int(sequence), Time: at.UTC()}, nil
}

func (e Envelope) check() error {
	switch {
	case e.SpecVersion != "1.0":
		return fmt.Errorf("specversion is %.20q, not 1.0", e.SpecVersion)
	case e.ID == "", e.Source == "", e.Type == "", e.Subject == "":
		return errors.New("id, source, type or subject is missing")
	case !bytes.HasPrefix(e.Data, []byte("{")):
		return errors.New("data is not an object")
	}
	return nil
}
