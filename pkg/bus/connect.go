package bus

import (
	"fmt"
	"log/slog"
	"net/url"
	"strings"
	"time"

	"github.com/nats-io/nats.go"
)

// Connect connects to the servers of a URL, nats://user:password@host:4222 or several with commas between. It never stops
// trying in the background, so no request waits for NATS.
func Connect(setting, urls, name string, log *slog.Logger) (*nats.Conn, error) {
	if err := CheckURL(setting, urls); err != nil {
		return nil, err
	}
	conn, err := nats.Connect(urls, crashes, nats.Name(name), nats.RetryOnFailedConnect(true), nats.MaxReconnects(-1),
		nats.ReconnectWait(500*time.Millisecond), nats.Timeout(2*time.Second), nats.IgnoreAuthErrorAbort(),
		nats.CustomInboxPrefix("_INBOX_"+name), // so that permissions can keep the services' answers apart
		nats.ConnectHandler(func(*nats.Conn) { log.Info("NATS is there") }),
		nats.ReconnectHandler(func(*nats.Conn) { log.Info("NATS is there again") }),
		nats.DisconnectErrHandler(func(c *nats.Conn, err error) {
			if !c.IsClosed() {
				log.Warn("NATS is away; events wait in the outbox", "reason", err)
			}
		}),
		nats.ErrorHandler(func(_ *nats.Conn, _ *nats.Subscription, err error) { log.Warn("NATS complains", "reason", err) }))
	if err != nil {
		return nil, fmt.Errorf("%s cannot be used: %w", setting, err)
	}
	return conn, nil
}

// CheckURL refuses the URLs that Connect would refuse.
func CheckURL(setting, urls string) error {
	for text := range strings.SplitSeq(urls, ",") {
		u, err := url.Parse(strings.TrimSpace(text)) // whose error would show the password
		if err != nil || (u.Scheme != "nats" && u.Scheme != "tls") || u.Hostname() == "" {
			return fmt.Errorf("%s must be a URL such as nats://user:password@host:4222", setting)
		}
	}
	return nil
}
