package target

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"slices"
)

// tries is how often a deployment is started anew because somebody else took one of its ports.
const tries = 3

// draws is how often ports are drawn until nobody answers on them.
const draws = 100

// ErrPortTaken says that somebody else listens where a program was to.
var ErrPortTaken = errors.New("a port is taken")

// freePorts finds loopback addresses on which nothing listens, different from each other. They are on a host of their own
// within 127.0.0.0/8, where the machine has all of it: nobody else draws ports there, and what connects to others
// does so from 127.0.0.1. So a port stays free until it is used, and after its owner has ended.
func freePorts(n int) (addresses []string, err error) {
	for range draws {
		if addresses, err = drawPorts(n); err != nil || !slices.ContainsFunc(addresses, answers) {
			return addresses, err
		}
	}
	return nil, ErrPortTaken
}

func drawPorts(n int) (addresses []string, err error) {
	host := fmt.Sprintf("127.%d.%d.%d", 1+rand.N(254), rand.N(256), 1+rand.N(254))
	for range n {
		ln, err := net.Listen("tcp", net.JoinHostPort(host, "0"))
		if err != nil && len(addresses) == 0 {
			host = "127.0.0.1"
			ln, err = net.Listen("tcp", net.JoinHostPort(host, "0"))
		}
		if err != nil {
			return nil, err
		}
		defer ln.Close()
		addresses = append(addresses, ln.Addr().String())
	}
	return addresses, nil
}

// answers tells whether connections are taken. A port just closed may still take them: a child being forked holds a copy
// of the listener until it executes its program.
func answers(address string) bool {
	conn, err := net.Dial("tcp", address)
	return err == nil && conn.Close() == nil
}

func port(address string) string {
	_, port, _ := net.SplitHostPort(address)
	return port
}

func host(address string) string {
	host, _, _ := net.SplitHostPort(address)
	return host
}
