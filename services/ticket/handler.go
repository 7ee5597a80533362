package ticket

import (
	"context"
	_ "embed"
	"errors"
	"net/http"

	"crm.example/pkg/authn"
	"crm.example/pkg/web"
	"crm.example/services/ticket/internal/httpapi"
)

//go:embed openapi.yaml
var openapi []byte

func (s *Service) newHandler(deps Deps) (http.Handler, error) {
	e, err := web.New(web.Options{Log: deps.Log})
	if err != nil {
		return nil, err
	}
	web.Health(e, s.ready)
	if err := web.Contract(e, openapi); err != nil {
		return nil, err
	}
	verifier := authn.NewVerifier(s.keys, s.cfg.Issuer, s.cfg.Audience)
	httpapi.Routes(e, httpapi.Deps{Guard: authn.NewGuard(verifier, deps.Tokens), Desk: s.desk(deps), Feed: s.feed})
	return e, nil
}

// ready does not ask whether NATS is there, since no request waits for it. It says why events can never be published, since
// somebody must correct that, and looks here.
func (s *Service) ready(ctx context.Context) error {
	if err := s.store.Ready(ctx); err != nil {
		return err
	}
	if s.keys.Ready(ctx) != nil {
		return errors.New("The keys of the auth service cannot be fetched")
	}
	return s.streams.Ready()
}
