//go:build chaos

package restart_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"sync/atomic"
	"time"
)

// shun is for how long the client leaves a gateway alone that refused a connection or said Connection: close.
const shun = 500 * time.Millisecond

// errUnsent wraps why no connection was made: of the request, nothing was sent.
type errUnsent struct{ error }

func (e errUnsent) Unwrap() error { return e.error }

// door is one gateway, with connections of its own that are kept.
type door struct {
	base      string
	transport *http.Transport
	away      atomic.Int64 // until when it is left alone, in nanoseconds of the epoch
}

func newDoor(base string) *door {
	dialer := net.Dialer{Timeout: time.Second}
	return &door{base: base, transport: &http.Transport{
		MaxIdleConnsPerHost: 256,
		DisableCompression:  true,
		IdleConnTimeout:     60 * time.Second, // below the server's own 120 s, so that it is the client who closes
		DialContext: func(ctx context.Context, network, addr string) (net.Conn, error) {
			conn, err := dialer.DialContext(ctx, network, addr)
			if err != nil {
				return nil, errUnsent{err}
			}
			return conn, nil
		},
	}}
}

func (d *door) leave() {
	d.away.Store(time.Now().Add(shun).UnixNano())
	d.transport.CloseIdleConnections()
}

// doors are what a client with two gateways in front of it does: it takes them in turn, keeps connections alive, honours
// Connection: close for all connections to that gateway, and sends a request to the other one only if no connection
// was made to the first, so that nothing of it was sent. Nothing else is ever tried again by it; net/http itself
// sends once more what it could not write a byte of to a kept connection, and what is idempotent by RFC 9110 (9.2.2)
// or carries an Idempotency-Key if the kept connection ended before an answer began.
type doors struct {
	all     []*door
	turn    atomic.Uint64
	retries atomic.Int64
}

func newDoors(bases []string) *doors {
	d := &doors{}
	for _, base := range bases {
		d.all = append(d.all, newDoor(base))
	}
	return d
}

// inTurn are all gateways in the order in which this request tries them; those that are shunned come last.
func (d *doors) inTurn() (order []*door) {
	var shunned []*door
	first := int(d.turn.Add(1) % uint64(len(d.all)))
	for i := range d.all {
		one := d.all[(first+i)%len(d.all)]
		if time.Now().UnixNano() < one.away.Load() {
			shunned = append(shunned, one)
		} else {
			order = append(order, one)
		}
	}
	return append(order, shunned...)
}

// answer is a whole one.
type answer struct {
	status int
	body   []byte
}

// send makes a request for each try, since a body is read but once.
func (d *doors) send(request func(base string) *http.Request) (answer, error) {
	var failure error
	for i, one := range d.inTurn() {
		if i > 0 {
			d.retries.Add(1)
		}
		res, err := one.transport.RoundTrip(request(one.base))
		if err == nil {
			return one.read(res)
		}
		failure = errors.Join(failure, err)
		if !errors.As(err, new(errUnsent)) {
			break
		}
		one.leave()
	}
	return answer{}, failure
}

func (d *door) read(res *http.Response) (answer, error) {
	defer res.Body.Close()
	if res.Close {
		d.leave()
	}
	body, err := io.ReadAll(res.Body)
	return answer{res.StatusCode, body}, err
}
