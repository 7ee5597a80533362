package auth

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"net/http"

	"crm.example/pkg/authn"
	"crm.example/pkg/web"
	"crm.example/services/auth/internal/httpapi"
)

//go:embed openapi.yaml
var openapi []byte

func (s *Service) newHandler(deps Deps) (http.Handler, error) {
	e, err := web.New(web.Options{Log: deps.Log, TrustedProxies: s.cfg.TrustedProxies})
	if err != nil {
		return nil, fmt.Errorf("AUTH_TRUSTED_PROXIES: %w", err)
	}
	web.Health(e, s.ready)
	if err := web.Contract(e, openapi); err != nil {
		return nil, err
	}
	verifier := authn.NewVerifier(s.ring, s.cfg.Issuer, s.cfg.Audience)
	httpapi.Routes(e, httpapi.Deps{
		Accounts: s.accounts, Verifier: verifier, Guard: authn.NewGuard(verifier, deps.Tokens), Keys: s.ring,
	})
	return e, nil
}

// ready does not ask whether NATS is there, since no request waits for it. It says why events can never be published, since
// somebody must correct that, and looks here.
func (s *Service) ready(ctx context.Context) error {
	if err := s.store.Ready(ctx); err != nil {
		return err
	}
	if !s.swept.Load() {
		return errors.New("Revocations that a crash interrupted are not finished yet")
	}
	if s.streams != nil {
		return s.streams.Ready()
	}
	return nil
}
