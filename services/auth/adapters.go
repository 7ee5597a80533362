package auth

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	netmail "net/mail"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"crm.example/pkg/events"
	"crm.example/pkg/registry"
	"crm.example/pkg/streams"
	"crm.example/services/auth/internal/account"
	"crm.example/services/auth/internal/mail"
	"crm.example/services/auth/internal/signing"
)

func openRing(ctx context.Context, cfg Config, secret []byte, keys account.Keys) (*signing.Ring, error) {
	ring, err := signing.Open(ctx, signing.Options{
		Keys: keys, Secret: secret, Issuer: cfg.Issuer, Audience: cfg.Audience,
		Propagation: cfg.KeyPropagation, NewID: newID, Now: time.Now,
	})
	if errors.Is(err, signing.ErrWrongSecret) {
		return nil, errors.New("AUTH_SECRET is not the one that this store was begun with")
	}
	return ring, err
}

func newMailer(cfg Config, log *slog.Logger) (account.Mailer, error) {
	from, err := netmail.ParseAddress(cfg.MailFrom)
	if err != nil {
		return nil, fmt.Errorf("AUTH_MAIL_FROM: %w", err)
	}
	if cfg.SMTPURL == "" {
		return mail.NewFolder(cfg.MailDir, from, log)
	}
	mailer, err := mail.NewSMTP(cfg.SMTPURL, cfg.SMTPName, cfg.MailDir, from, nil)
	if err != nil {
		return nil, fmt.Errorf("AUTH_SMTP_URL %w", err)
	}
	return mailer, nil
}

// tokens is the registry that all services share, in the form that accounts need.
type tokens struct{ registry.Tokens }

func (t tokens) Register(ctx context.Context, a account.AccessToken) error {
	return t.Tokens.Register(ctx, registry.Token{
		ID: a.ID, UserID: a.UserID, SessionID: a.SessionID,
		Generation: a.Generation, Epoch: a.Epoch, Expires: a.ExpiresAt,
	})
}

// announced has the events of users in the streams.
type announced struct{ js jetstream.JetStream }

func (a announced) Forget(ctx context.Context, userID string) error {
	if err := streams.Forget(ctx, a.js, events.UserStream, "crm.user.*."+userID); err != nil {
		return err
	}
	return streams.ForgetDead(ctx, a.js, events.UserDeadStream, "dead.user.*."+userID)
}
