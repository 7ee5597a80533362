package notifier

import (
	"errors"
	"fmt"
	netmail "net/mail"
	"net/url"
	"strings"

	"crm.example/pkg/smtp"
)

// Config are the settings, read from NOTIFIER_….
type Config struct {
	NATSURL  string `mapstructure:"nats-url" secret:"true" doc:"NATS server that has the events, such as nats://consumer:password@host:4222."`
	SMTPURL  string `mapstructure:"smtp-url" secret:"true" doc:"Mail server, smtp://user:password@host:587 or smtps://user:password@host:465; ?tls=none sends without TLS, and no credentials. Unset: mails become files."`
	SMTPName string `mapstructure:"smtp-name" doc:"Name that we give ourselves there (EHLO): a fully qualified one such as crm.example.com, or an address such as [192.0.2.1]. Empty: the machine's name if it is fully qualified, else its address."`
	MailFrom string `mapstructure:"mail-from" doc:"Sender of the mails."`
	Dir      string `mapstructure:"dir" doc:"Folder for what was sent already and, without a mail server, for the mails themselves, which are looked after when there is one later."`
	Link     string `mapstructure:"link" doc:"Address of a ticket for people, with {id} in it, such as https://help.example.com/tickets/{id}. Unset: mails have no link."`
}

// Defaults suit a first try beside the standalone server.
func Defaults() Config {
	return Config{NATSURL: "nats://127.0.0.1:4222", MailFrom: "CRM <crm@crm.example>", Dir: "./data/notifier"}
}

// Validate refuses settings that cannot work, with one sentence for each.
func (c Config) Validate() error {
	_, fromErr := netmail.ParseAddress(c.MailFrom)
	link, linkErr := url.Parse(strings.ReplaceAll(c.Link, "{id}", "id"))
	web := linkErr == nil && (link.Scheme == "https" || link.Scheme == "http") && link.Host != "" && strings.Contains(c.Link, "{id}")
	return errors.Join(
		demand(fromErr == nil, "NOTIFIER_MAIL_FROM must be an address such as CRM <crm@example.com>"),
		demand(c.SMTPName == "" || smtp.CheckName(c.SMTPName) == nil, "NOTIFIER_SMTP_NAME must be a fully qualified name such as crm.example.com, or an address such as [192.0.2.1]"),
		demand(c.Dir != "", "NOTIFIER_DIR must name a folder"),
		c.checkSMTP(),
		demand(c.Link == "" || web, "NOTIFIER_LINK must be an address such as https://help.example.com/tickets/{id}"),
	)
}

func (c Config) checkSMTP() error {
	if c.SMTPURL == "" {
		return nil
	}
	if _, err := smtp.New(c.SMTPURL, c.SMTPName, nil); err != nil {
		return fmt.Errorf("NOTIFIER_SMTP_URL %w", err)
	}
	return nil
}

func demand(met bool, sentence string) error {
	if met {
		return nil
	}
	return errors.New(sentence)
}

func (c Config) mailer(from *netmail.Address) (mailer, error) {
	files, err := newFolder(c.Dir, from)
	if err != nil {
		return nil, err
	}
	if c.SMTPURL == "" {
		return files, nil
	}
	server, err := smtp.New(c.SMTPURL, c.SMTPName, nil)
	if err != nil {
		return nil, fmt.Errorf("NOTIFIER_SMTP_URL %w", err)
	}
	return served{files, server, from}, nil
}
