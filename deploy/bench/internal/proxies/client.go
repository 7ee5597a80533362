package proxies

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// request is what a portal's client sends, with a token of common length.
var request = []byte("GET /v1/ticket HTTP/1.1\r\nHost: crm.example\r\nUser-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:140.0)\r\n" +
	"Accept: application/json\r\nAccept-Language: en\r\nAuthorization: Bearer " + strings.Repeat("eyJhbGci", 80) + "\r\n\r\n")

// Saturate sends requests over so many connections, each as soon as the one before it is answered (a closed loop), and
// returns how many were answered.
func Saturate(ctx context.Context, address string, connections int, span time.Duration) (int, error) {
	var sent atomic.Int64
	var wg sync.WaitGroup
	errs := make(chan error, connections)
	for end := time.Now().Add(span); connections > 0; connections-- {
		wg.Go(func() {
			c, err := Dial(address)
			if err != nil {
				errs <- err
				return
			}
			defer c.Close()
			for time.Now().Before(end) && ctx.Err() == nil {
				if err := c.Ask(); err != nil {
					errs <- err
					return
				}
				sent.Add(1)
			}
		})
	}
	wg.Wait()
	close(errs)
	return int(sent.Load()), errors.Join(ctx.Err(), <-errs)
}

// Client is a connection that is kept.
type Client struct {
	net.Conn
	in *bufio.Reader
}

// Dial connects.
func Dial(address string) (*Client, error) {
	conn, err := net.Dial("tcp", address)
	if err != nil {
		return nil, err
	}
	return &Client{conn, bufio.NewReaderSize(conn, 16<<10)}, nil
}

// Ask sends the request and reads its answer, which must be the server's.
func (c *Client) Ask() error {
	if _, err := c.Write(request); err != nil {
		return err
	}
	status, err := c.in.ReadSlice('\n')
	if err != nil {
		return err
	}
	if !bytes.HasPrefix(status, []byte("HTTP/1.1 200 ")) {
		return fmt.Errorf("answer %q", status)
	}
	for announced := false; ; {
		line, err := c.in.ReadSlice('\n')
		if err != nil {
			return err
		}
		if len(line) > 2 {
			name, value, _ := bytes.Cut(line, []byte(":"))
			announced = announced || bytes.EqualFold(name, []byte("Content-Length")) && string(bytes.TrimSpace(value)) == strconv.Itoa(length)
			continue
		}
		if !announced { // perhaps it is the proxy's own
			return errors.New("it is not the answer of the server")
		}
		_, err = c.in.Discard(length)
		return err
	}
}
