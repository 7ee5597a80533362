package auth

import (
	"encoding/base64"
	"errors"
	"fmt"
	netmail "net/mail"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"crm.example/pkg/config"
	"crm.example/pkg/events"
	"crm.example/pkg/smtp"
	"crm.example/pkg/storeurl"
	"crm.example/pkg/streams"
	"crm.example/pkg/web"
	"crm.example/services/auth/internal/account"
)

// Config is everything that an operator may set, as AUTH_<KEY> in the environment.
type Config struct {
	Listen          string        `mapstructure:"listen" doc:"Address that the service listens on."`
	StoreURL        string        `mapstructure:"store-url" secret:"true" doc:"Where users and sessions are kept: sqlite:<file>, or mongodb://user:password@host/database. Unset: sqlite:./data/auth.db."`
	VacuumHour      int           `mapstructure:"vacuum-hour" doc:"Hour of the day, 0 to 23 by the machine's own time, in which a SQLite file that would take longer than a second is rewritten (VACUUM) after something was erased. Writers wait for it, 8 s for each GB. A smaller file is rewritten at once."`
	StoreAdminURL   string        `mapstructure:"store-admin-url" secret:"true" doc:"Administrator of the MongoDB of AUTH_STORE_URL. Only the command store-access needs it."`
	RegistryURL     string        `mapstructure:"registry-url" secret:"true" doc:"Where the valid access JWTs and the throttles are kept, for all services."`
	RegistryTimeout time.Duration `mapstructure:"registry-timeout" doc:"How long one call to the registry may take; then it is an outage, and the answer 503."`
	NATSURL         string        `mapstructure:"nats-url" secret:"true" doc:"NATS server that user events are published to."`
	StreamMaxBytes  int           `mapstructure:"stream-max-bytes" doc:"How many bytes the stream of events may take, and the stream of dead letters too. When one is full, its oldest messages are removed, read or not. 0: the limit on the server stays, which is none at first; dead letters may then take 256 MiB."`
	StreamReplicas  int           `mapstructure:"stream-replicas" doc:"How many servers of a NATS cluster keep the streams, 1 to 5. 0: the number on the server stays, which is 1 at first."`

	Secret         string        `mapstructure:"secret" secret:"true" doc:"32 random bytes in base64, the same for all replicas: wraps the signing keys and keys the PINs. Make it with: openssl rand -base64 32"`
	Issuer         string        `mapstructure:"issuer" doc:"The claim iss of every JWT."`
	Audience       string        `mapstructure:"audience" doc:"The claim aud of every JWT."`
	KeyPropagation time.Duration `mapstructure:"key-propagation" doc:"How long a new signing key is published before it signs. Longer than any verifier keeps the old keys: 10m at least where other services verify."`
	BcryptCost     int           `mapstructure:"bcrypt-cost" doc:"Cost of a password hash, 10 to 20; one more doubles the work of a login. Old hashes are brought to it at login."`

	SMTPURL  string `mapstructure:"smtp-url" secret:"true" doc:"Mail server: smtp://user:password@host:587 (TLS must start, unless ?tls=opportunistic or ?tls=none) or smtps://user:password@host:465. Empty: mails become files in AUTH_MAIL_DIR."`
	SMTPName string `mapstructure:"smtp-name" doc:"Name that we give ourselves there (EHLO): a fully qualified one such as crm.example.com, or an address such as [192.0.2.1]. Empty: the machine's name if it is fully qualified, else its address."`
	MailFrom string `mapstructure:"mail-from" doc:"Sender of the mails, with or without a name: CRM <crm@example.com>."`
	MailDir  string `mapstructure:"mail-dir" doc:"Folder of the .eml files that are written without a mail server. With a mail server, old files are removed after a day or with their user."`

	TrustedProxies []string `mapstructure:"trusted-proxies" doc:"CIDRs of the gateway and of other proxies whose X-Forwarded-For is believed, separated by commas."`

	LoginPerAccount  int           `mapstructure:"login-per-account" doc:"Failed logins to one account before more are refused for the rest of AUTH_LOGIN_WINDOW."`
	LoginPerAddress  int           `mapstructure:"login-per-address" doc:"Failed logins from one address before more are refused for the rest of AUTH_LOGIN_WINDOW."`
	LoginWindow      time.Duration `mapstructure:"login-window" doc:"How long failed logins are counted."`
	SignUpPerAddress int           `mapstructure:"sign-up-per-address" doc:"Sign-ups from one address per AUTH_ADDRESS_WINDOW."`
	ResetPerAddress  int           `mapstructure:"reset-per-address" doc:"Requests for a PIN, and uses of one, from one address per AUTH_ADDRESS_WINDOW."`
	AddressWindow    time.Duration `mapstructure:"address-window" doc:"How long sign-ups and resets of an address are counted."`
	MailsPerHour     int           `mapstructure:"mails-per-hour" doc:"PIN mails to one account in an hour; more are not sent, and nobody is told."`

	RefreshPerSession int `mapstructure:"refresh-per-session" doc:"Refreshes of one session in 15 minutes, in which a client needs one."`
}

// Defaults are the settings without any variable. AUTH_SECRET has no default.
func Defaults() Config {
	limits := account.DefaultLimits()
	return Config{
		Listen: ":8081", StoreURL: "sqlite:./data/auth.db", VacuumHour: 3,
		Issuer: "https://crm.example", Audience: "crm", RegistryTimeout: 100 * time.Millisecond, KeyPropagation: 15 * time.Minute, BcryptCost: 12,
		MailFrom: "CRM <crm@crm.example>", MailDir: "./data/mail",
		LoginPerAccount: limits.LoginPerAccount, LoginPerAddress: limits.LoginPerAddress, LoginWindow: limits.LoginWindow,
		SignUpPerAddress: limits.SignUpPerAddress, ResetPerAddress: limits.ResetPerAddress, AddressWindow: limits.AddressWindow,
		MailsPerHour: limits.MailsPerHour, RefreshPerSession: limits.RefreshPerSession,
	}
}

// KeyReload is how soon a running service publishes a key that another process has added: it reads many times before the key
// signs.
func (c Config) KeyReload() time.Duration { return min(c.KeyPropagation/10, 30*time.Second) }

func (c Config) store() storeurl.URL {
	return storeurl.URL{Setting: "AUTH_STORE_URL", Text: c.StoreURL}
}

// leastBytes is enough for some thousand events.
const leastBytes = 16 << 20

// stream keeps events for ever, unless AUTH_STREAM_MAX_BYTES bounds it.
func (c Config) stream() jetstream.StreamConfig {
	stream := streams.Of(events.UserStream, 0)
	stream.MaxBytes, stream.Replicas = int64(c.StreamMaxBytes), c.StreamReplicas
	return stream
}

func (c Config) limits() account.Limits {
	return account.Limits{
		LoginPerAccount: c.LoginPerAccount, LoginPerAddress: c.LoginPerAddress, LoginWindow: c.LoginWindow,
		SignUpPerAddress: c.SignUpPerAddress, ResetPerAddress: c.ResetPerAddress, AddressWindow: c.AddressWindow,
		MailsPerHour: c.MailsPerHour, RefreshPerSession: c.RefreshPerSession,
	}
}

// Limits of AUTH_BCRYPT_COST: below, passwords can be guessed from hashes (OWASP ASVS 5, 11.4.2); above, one login takes minutes.
const (
	minCost = 10
	maxCost = 20
)

// Validate refuses settings that cannot work, with one sentence for each.
func (c Config) Validate() error {
	_, secretErr := c.secret()
	return errors.Join(
		secretErr,
		config.CheckAddress("AUTH_LISTEN", c.Listen),
		c.store().Check(),
		c.validateProxies(),
		demand(c.Issuer != "", "AUTH_ISSUER must not be empty"),
		demand(c.Audience != "", "AUTH_AUDIENCE must not be empty"),
		demand(c.BcryptCost >= minCost && c.BcryptCost <= maxCost, fmt.Sprintf("AUTH_BCRYPT_COST is %d, but must be %d to %d", c.BcryptCost, minCost, maxCost)),
		demand(c.RegistryTimeout >= time.Millisecond && c.RegistryTimeout <= 5*time.Second, "AUTH_REGISTRY_TIMEOUT must be between 1ms and 5s"),
		demand(c.VacuumHour >= 0 && c.VacuumHour <= 23, "AUTH_VACUUM_HOUR must be 0 to 23"),
		demand(c.KeyPropagation >= time.Second && c.KeyPropagation <= 24*time.Hour, "AUTH_KEY_PROPAGATION must be between 1s and 24h"),
		demand(c.StreamMaxBytes == 0 || c.StreamMaxBytes >= leastBytes, fmt.Sprintf("AUTH_STREAM_MAX_BYTES must be 0 or at least %d", leastBytes)),
		demand(c.StreamReplicas >= 0 && c.StreamReplicas <= 5, "AUTH_STREAM_REPLICAS must be 0 to 5"),
		c.validateMail(),
		demand(c.LoginPerAccount > 0, "AUTH_LOGIN_PER_ACCOUNT must be above 0"),
		demand(c.LoginPerAddress > 0, "AUTH_LOGIN_PER_ADDRESS must be above 0"),
		demand(c.LoginWindow >= time.Second, "AUTH_LOGIN_WINDOW must be 1s or more"),
		demand(c.SignUpPerAddress > 0, "AUTH_SIGN_UP_PER_ADDRESS must be above 0"),
		demand(c.ResetPerAddress > 0, "AUTH_RESET_PER_ADDRESS must be above 0"),
		demand(c.AddressWindow >= time.Second, "AUTH_ADDRESS_WINDOW must be 1s or more"),
		demand(c.MailsPerHour > 0, "AUTH_MAILS_PER_HOUR must be above 0"),
		demand(c.RefreshPerSession > 0, "AUTH_REFRESH_PER_SESSION must be above 0"),
	)
}

func (c Config) validateProxies() error {
	if err := web.CheckProxies(c.TrustedProxies); err != nil {
		return fmt.Errorf("AUTH_TRUSTED_PROXIES: %w", err)
	}
	return nil
}

func (c Config) validateSMTP() error {
	if c.SMTPURL == "" {
		return nil
	}
	if _, err := smtp.New(c.SMTPURL, c.SMTPName, nil); err != nil {
		return fmt.Errorf("AUTH_SMTP_URL %w", err)
	}
	return nil
}

func (c Config) validateMail() error {
	_, err := netmail.ParseAddress(c.MailFrom)
	return errors.Join(
		checkSMTPName(c.SMTPName),
		c.validateSMTP(),
		demand(err == nil, "AUTH_MAIL_FROM must be an address such as CRM <crm@example.com>"),
		demand(c.SMTPURL != "" || c.MailDir != "", "AUTH_SMTP_URL or AUTH_MAIL_DIR must be set"),
	)
}

func checkSMTPName(name string) error {
	if name == "" {
		return nil
	}
	if err := smtp.CheckName(name); err != nil {
		return fmt.Errorf("AUTH_SMTP_NAME %w", err)
	}
	return nil
}

// secret decodes AUTH_SECRET. It refuses one that is clearly not random, such as 32 zeros.
func (c Config) secret() ([]byte, error) {
	secret, err := base64.StdEncoding.DecodeString(c.Secret)
	if err != nil || len(secret) != 32 {
		return nil, errors.New("AUTH_SECRET must be 32 bytes in base64, made for example with: openssl rand -base64 32")
	}
	different := map[byte]bool{}
	for _, b := range secret {
		different[b] = true
	}
	if len(different) < 16 {
		return nil, errors.New("AUTH_SECRET is not random; make one for example with: openssl rand -base64 32")
	}
	return secret, nil
}

func demand(ok bool, sentence string) error {
	if ok {
		return nil
	}
	return errors.New(sentence)
}
