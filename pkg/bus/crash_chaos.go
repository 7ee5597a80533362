//go:build chaos

package bus

import (
	"bytes"
	"net"

	"github.com/nats-io/nats.go"

	"crm.example/pkg/crash"
)

// crashes makes the process end while it publishes. It looks at the bytes that have left the process.
func crashes(o *nats.Options) error {
	o.CustomDialer = crashDialer{net.Dialer{Timeout: o.Timeout}}
	return nil
}

type crashDialer struct{ net.Dialer }

func (d crashDialer) Dial(network, address string) (net.Conn, error) {
	conn, err := d.Dialer.Dial(network, address)
	if err != nil {
		return nil, err
	}
	return crashConn{conn}, nil
}

type crashConn struct{ net.Conn }

var (
	publishing = []byte("HPUB crm.")
	inBatch    = []byte("Nats-Batch-Sequence:")
	endOfBatch = []byte("Nats-Batch-Commit:")
)

// Write ends the process in the middle of several events, or after all bytes of a batch or of events have been sent.
func (c crashConn) Write(text []byte) (int, error) {
	if !bytes.Contains(text, publishing) && !bytes.Contains(text, inBatch) {
		return c.Conn.Write(text)
	}
	batch, whole := bytes.Contains(text, inBatch), bytes.Contains(text, endOfBatch)
	if (batch || bytes.Count(text, publishing) > 1) && crash.Planned(crash.InsideBatch) {
		return c.inHalves(text)
	}
	n, err := c.Conn.Write(text)
	if (whole || !batch) && crash.Planned(crash.AfterPublish) {
		crash.Now()
	}
	return n, err
}

// inHalves ends the process between the two halves, or stops it there.
func (c crashConn) inHalves(text []byte) (int, error) {
	first, err := c.Conn.Write(text[:len(text)/2])
	crash.Now()
	if err != nil {
		return first, err
	}
	second, err := c.Conn.Write(text[first:])
	return first + second, err
}
