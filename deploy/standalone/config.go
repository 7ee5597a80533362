package main

import (
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"time"

	"crm.example/deploy/examples/notifier"
	"crm.example/gateway"
	"crm.example/pkg/config"
	"crm.example/services/auth"
	"crm.example/services/ticket"
)

// Config has the settings that only standalone has. All others are those of the services.
type Config struct {
	Data        string        `mapstructure:"data" doc:"Folder that everything durable is kept in."`
	Notifier    bool          `mapstructure:"notifier" doc:"Mail clients when an agent has replied: runs deploy/examples/notifier, with NOTIFIER_… for its settings."`
	BackupEvery time.Duration `mapstructure:"backup-every" doc:"How often all users and tickets are exported to a folder of their own; 0 means never"`
	BackupDir   string        `mapstructure:"backup-dir" doc:"Folder for these; empty means backups in STANDALONE_DATA. On another disk it outlives this one"`
	BackupKeep  int           `mapstructure:"backup-keep" doc:"How many of them stay. What was deleted is in them until they go"`
	NATSListen  string        `mapstructure:"nats-listen" doc:"Loopback address that the embedded NATS server listens on. Whoever reaches it can read all events and publish none."`
}

// Defaults suit a first try on one's own machine.
func Defaults() Config {
	return Config{Data: "./data", BackupEvery: 24 * time.Hour, BackupKeep: 7, NATSListen: "127.0.0.1:4222"}
}

// Validate refuses settings that cannot work, with one sentence for each.
func (c Config) Validate() error {
	if c.Data == "" {
		return errors.New("STANDALONE_DATA must name a folder")
	}
	if c.BackupEvery < 0 || c.BackupEvery > 0 && c.BackupEvery < time.Second {
		return errors.New("STANDALONE_BACKUP_EVERY must be a second or more, or 0")
	}
	if c.BackupKeep < 1 {
		return errors.New("STANDALONE_BACKUP_KEEP must be 1 or more")
	}
	if err := config.CheckAddress("STANDALONE_NATS_LISTEN", c.NATSListen); err != nil {
		return err
	}
	host, _, _ := net.SplitHostPort(c.NATSListen)
	if ip := net.ParseIP(host); host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return fmt.Errorf("STANDALONE_NATS_LISTEN: %s is not on this machine only, and whoever reaches it can read all events", c.NATSListen)
	}
	return nil
}

// settings has the settings of all parts of the process.
type settings struct {
	own     Config
	auth    auth.Config
	ticket  ticket.Config
	gateway gateway.Config

	notifier notifier.Config
}

// load reads the environment. AUTH_SECRET may still be empty then: the data folder has one.
func load() (s settings, err error) {
	s.own = Defaults()
	if err := errors.Join(config.Load("STANDALONE", &s.own), s.own.Validate()); err != nil {
		return s, err
	}
	s.auth, s.ticket, s.gateway = defaultsIn(s.own.Data)
	s.notifier = notifierIn(s.own.Data)
	err = config.Load("AUTH", &s.auth)
	s.auth.TrustedProxies = append(s.auth.TrustedProxies, inside)
	s.ticket.Issuer, s.ticket.Audience = s.auth.Issuer, s.auth.Audience
	return s, errors.Join(err, config.Load("TICKET", &s.ticket), config.Load("GATEWAY", &s.gateway), config.Load("NOTIFIER", &s.notifier), s.refuseApart(), s.refuseSharedUsers())
}

// refuseSharedUsers ensures that only one process uses the users: only it knows which access JWTs are valid, and a
// revocation by another process would have no effect here.
func (s settings) refuseSharedUsers() error {
	if strings.HasPrefix(s.auth.StoreURL, "sqlite:") {
		return nil
	}
	return errors.New("AUTH_STORE_URL must be sqlite:<file> here: users that several processes share need the services' own programs")
}

// users is the file of the users' database.
func (s settings) users() string { return strings.TrimPrefix(s.auth.StoreURL, "sqlite:") }

// validate refuses, before anything is opened, the settings that the parts would refuse.
func (s settings) validate() error {
	if s.auth.Secret == "" {
		s.auth.Secret = s.secretToBe()
	}
	err := errors.Join(s.auth.Validate(), s.ticket.Validate(), s.gateway.Validate())
	if s.own.Notifier {
		err = errors.Join(err, s.notifier.Validate())
	}
	return err
}

// secretToBe is the secret of the data folder, or a placeholder for the one that the first start makes. It writes nothing.
func (s settings) secretToBe() string {
	text, err := os.ReadFile(filepath.Join(s.own.Data, "secret"))
	if err != nil {
		return newSecret()
	}
	return strings.TrimSpace(string(text))
}

// completeSecret reads AUTH_SECRET from the data folder if the environment has none.
func (s *settings) completeSecret(data *folder) (err error) {
	if s.auth.Secret == "" {
		s.auth.Secret, err = data.secret(s.users())
	}
	return err
}

// inside is the gateway's address on the network inside the process. It is trusted besides those in AUTH_TRUSTED_PROXIES.
const inside = "127.0.0.0/8"

// Hosts of the services on the network inside the process.
const (
	authHost     = "auth"
	ticketHost   = "ticket"
	frontendHost = "frontend"
)

// defaultsIn returns the services' defaults, with the stores in the data folder and the services inside the process.
func defaultsIn(data string) (a auth.Config, t ticket.Config, g gateway.Config) {
	a, t, g = auth.Defaults(), ticket.Defaults(), gateway.Defaults()
	a.StoreURL, t.StoreURL = "sqlite:"+filepath.Join(data, "auth.db"), "sqlite:"+filepath.Join(data, "ticket.db")
	a.MailDir = filepath.Join(data, "mail")
	t.JWKSURL = "http://" + authHost + "/.well-known/jwks.json"
	g.AuthURL, g.TicketURL, g.FrontendURL = "http://"+authHost, "http://"+ticketHost, "http://"+frontendHost
	g.CORSOrigins = []string{"*"}
	g.TLSDir = filepath.Join(data, "tls")
	return a, t, g
}

// refuseApart refuses settings that only make sense for separate services, so that none is silently ignored.
func (s settings) refuseApart() error {
	a, t, g := defaultsIn(s.own.Data)
	for name, set := range map[string]bool{
		"AUTH_LISTEN": s.auth.Listen != a.Listen, "TICKET_LISTEN": s.ticket.Listen != t.Listen,
		"AUTH_REGISTRY_URL": s.auth.RegistryURL != a.RegistryURL, "TICKET_REGISTRY_URL": s.ticket.RegistryURL != t.RegistryURL,
		"AUTH_STORE_ADMIN_URL": s.auth.StoreAdminURL != a.StoreAdminURL, "TICKET_STORE_ADMIN_URL": s.ticket.StoreAdminURL != t.StoreAdminURL,
		"AUTH_REGISTRY_TIMEOUT": s.auth.RegistryTimeout != a.RegistryTimeout, "TICKET_REGISTRY_TIMEOUT": s.ticket.RegistryTimeout != t.RegistryTimeout,
		"AUTH_NATS_URL": s.auth.NATSURL != a.NATSURL, "TICKET_NATS_URL": s.ticket.NATSURL != t.NATSURL, "TICKET_USERS_API": s.ticket.UsersAPI != t.UsersAPI,
		"NOTIFIER_NATS_URL": s.notifier.NATSURL != "",
		"TICKET_JWKS_URL":   s.ticket.JWKSURL != t.JWKSURL,
		"GATEWAY_AUTH_URL":  s.gateway.AuthURL != g.AuthURL, "GATEWAY_TICKET_URL": s.gateway.TicketURL != g.TicketURL,
		"GATEWAY_FRONTEND_URL": s.gateway.FrontendURL != g.FrontendURL,
	} {
		if set {
			return fmt.Errorf("%s has no meaning here: all services are in one process", name)
		}
	}
	return nil
}
