//go:build chaos

package bus

import (
	"bytes"
	"context"
	"net"
	"os"
	"time"

	"github.com/nats-io/nats.go"

	"crm.example/pkg/crash"
	"crm.example/pkg/events"
)

// crashes has the process end while it publishes: what counts is what has left it.
func crashes(o *nats.Options) error {
	o.CustomDialer = doomedDialer{net.Dialer{Timeout: o.Timeout}}
	return nil
}

type doomedDialer struct{ net.Dialer }

func (d doomedDialer) Dial(network, address string) (net.Conn, error) {
	conn, err := d.Dialer.Dial(network, address)
	if err != nil {
		return nil, err
	}
	return doomedConn{conn}, nil
}

type doomedConn struct{ net.Conn }

var (
	publishing = []byte("HPUB crm.")
	inBatch    = []byte("Nats-Batch-Sequence:")
	endOfBatch = []byte("Nats-Batch-Commit:")
)

// Write ends the process in the middle of a batch, or after a batch or a single event has been sent whole.
func (c doomedConn) Write(text []byte) (int, error) {
	if !bytes.Contains(text, publishing) && !bytes.Contains(text, inBatch) {
		return c.Conn.Write(text)
	}
	batch, whole := bytes.Contains(text, inBatch), bytes.Contains(text, endOfBatch)
	if batch && crash.Planned(crash.InsideBatch) {
		return c.inHalves(text)
	}
	n, err := c.Conn.Write(text)
	if (whole || !batch) && crash.Planned(crash.AfterPublish) {
		crash.Now()
	}
	return n, err
}

// inHalves ends the process between them, or stops it there.
func (c doomedConn) inHalves(text []byte) (int, error) {
	first, err := c.Conn.Write(text[:len(text)/2])
	crash.Now()
	if err != nil {
		return first, err
	}
	second, err := c.Conn.Write(text[first:])
	return first + second, err
}

// doomed has the process end when events were read from the outbox, and before they are taken out of it.
func doomed(box Outbox) Outbox { return doomedBox{box} }

type doomedBox struct{ Outbox }

func (b doomedBox) Pending(ctx context.Context, documents []string, limit int) ([]events.Message, error) {
	msgs, err := b.Outbox.Pending(ctx, documents, limit)
	if len(msgs) > 0 {
		crash.At(crash.BeforePublish)
	}
	return msgs, err
}

func (b doomedBox) Settle(ctx context.Context, published []events.Message) error {
	crash.At(crash.BeforeRemoval)
	return b.Outbox.Settle(ctx, published)
}

// duplicateWindow can be told to be so short that only the fence keeps repeats out.
func duplicateWindow() time.Duration {
	if window, err := time.ParseDuration(os.Getenv("CRM_DUPLICATES")); err == nil {
		return window
	}
	return remembered
}
