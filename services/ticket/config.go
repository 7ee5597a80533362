package ticket

import (
	"errors"
	"fmt"
	"net/url"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"crm.example/pkg/config"
	"crm.example/pkg/events"
	"crm.example/pkg/storeurl"
	"crm.example/pkg/streams"
)

// Config is everything that an operator may set, as TICKET_<KEY> in the environment.
type Config struct {
	Listen           string        `mapstructure:"listen" doc:"Address and port to listen on."`
	StoreURL         string        `mapstructure:"store-url" secret:"true" doc:"Where tickets are kept: sqlite:<file>, or mongodb://user:password@host/database."`
	VacuumHour       int           `mapstructure:"vacuum-hour" doc:"Hour of the day, 0 to 23 by the machine's own time, in which a SQLite file that would take longer than a second is rewritten (VACUUM) after something was erased. Writers wait for it, 8 s for each GB. A smaller file is rewritten at once."`
	StoreAdminURL    string        `mapstructure:"store-admin-url" secret:"true" doc:"Administrator of the MongoDB of TICKET_STORE_URL. Only the command store-access needs it."`
	RegistryURL      string        `mapstructure:"registry-url" secret:"true" doc:"Where the valid access JWTs are kept; the same as that of the auth service."`
	RegistryTimeout  time.Duration `mapstructure:"registry-timeout" doc:"How long one call to the registry may take; then it is an outage, and the answer 503."`
	NATSURL          string        `mapstructure:"nats-url" secret:"true" doc:"NATS server that ticket events are published to."`
	UsersAPI         string        `mapstructure:"users-api" doc:"Prefix of the JetStream API under which TICKET_NATS_URL shows the stream of user events: another one where they belong to an account of their own, as deploy/nats/nats.conf has it."`
	JWKSURL          string        `mapstructure:"jwks-url" doc:"Where the auth service publishes the keys that access JWTs are signed with."`
	Issuer           string        `mapstructure:"issuer" doc:"The claim iss of every JWT."`
	Audience         string        `mapstructure:"audience" doc:"The claim aud of every JWT."`
	ReopenWindow     time.Duration `mapstructure:"reopen-window" doc:"For how long a reply reopens a closed ticket; later ones are refused."`
	OpenPerClient    int           `mapstructure:"open-per-client" doc:"Tickets that a client may open within an hour; then the answer is 429."`
	RepliesPerClient int           `mapstructure:"replies-per-client" doc:"Replies that a client may send within an hour; then the answer is 429."`
	StreamMaxAge     time.Duration `mapstructure:"stream-max-age" doc:"How long the stream keeps an event; 0 is for ever."`
	StreamMaxBytes   int           `mapstructure:"stream-max-bytes" doc:"How many bytes the stream of events may take, and the stream of dead letters too. When one is full, its oldest messages are removed, read or not. 0: the limit on the server stays, which is none at first; dead letters may then take 256 MiB."`
	StreamReplicas   int           `mapstructure:"stream-replicas" doc:"How many servers of a NATS cluster keep the streams, 1 to 5. 0: the number on the server stays, which is 1 at first."`
}

// Defaults suit an auth service and a NATS server on the same machine.
func Defaults() Config {
	return Config{
		Listen:           ":8082",
		StoreURL:         "sqlite:./data/ticket.db",
		VacuumHour:       3,
		RegistryTimeout:  100 * time.Millisecond,
		UsersAPI:         "$JS.API",
		JWKSURL:          "http://127.0.0.1:8081/.well-known/jwks.json",
		Issuer:           "https://crm.example",
		Audience:         "crm",
		ReopenWindow:     14 * 24 * time.Hour,
		OpenPerClient:    30,
		RepliesPerClient: 300,
		StreamMaxAge:     90 * 24 * time.Hour,
	}
}

// Validate refuses settings that cannot work, with one sentence for each. The program around the
// service reads the settings of registry and NATS.
func (c Config) Validate() error {
	return errors.Join(
		config.CheckAddress("TICKET_LISTEN", c.Listen),
		c.store().Check(),
		demand(isWeb(c.JWKSURL), "TICKET_JWKS_URL: %q is not a URL such as http://auth:8081/.well-known/jwks.json", c.JWKSURL),
		demand(c.UsersAPI != "", "TICKET_USERS_API must not be empty"),
		demand(c.Issuer != "", "TICKET_ISSUER must not be empty"),
		demand(c.Audience != "", "TICKET_AUDIENCE must not be empty"),
		demand(c.RegistryTimeout >= time.Millisecond && c.RegistryTimeout <= 5*time.Second, "TICKET_REGISTRY_TIMEOUT must be between 1ms and 5s"),
		demand(c.VacuumHour >= 0 && c.VacuumHour <= 23, "TICKET_VACUUM_HOUR must be 0 to 23"),
		demand(c.ReopenWindow >= 0, "TICKET_REOPEN_WINDOW must not be negative"),
		demand(c.OpenPerClient > 0, "TICKET_OPEN_PER_CLIENT must be above 0"),
		demand(c.RepliesPerClient > 0, "TICKET_REPLIES_PER_CLIENT must be above 0"),
		demand(c.StreamMaxAge == 0 || c.StreamMaxAge >= time.Hour, "TICKET_STREAM_MAX_AGE must be 0 or at least 1h"),
		demand(c.StreamMaxBytes == 0 || c.StreamMaxBytes >= leastBytes, "TICKET_STREAM_MAX_BYTES must be 0 or at least %d", leastBytes),
		demand(c.StreamReplicas >= 0 && c.StreamReplicas <= 5, "TICKET_STREAM_REPLICAS must be 0 to 5"),
	)
}

func (c Config) store() storeurl.URL {
	return storeurl.URL{Setting: "TICKET_STORE_URL", Text: c.StoreURL}
}

// leastBytes is enough for some of the largest events.
const leastBytes = 16 << 20

func (c Config) stream() jetstream.StreamConfig {
	stream := streams.Of(events.TicketStream, c.StreamMaxAge)
	stream.MaxBytes, stream.Replicas = int64(c.StreamMaxBytes), c.StreamReplicas
	return stream
}

func demand(ok bool, sentence string, args ...any) error {
	if ok {
		return nil
	}
	return fmt.Errorf(sentence, args...)
}

func isWeb(text string) bool {
	u, err := url.Parse(text)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != ""
}
