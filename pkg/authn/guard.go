package authn

import (
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"crm.example/pkg/cookies"
	"crm.example/pkg/problem"
	"crm.example/pkg/registry"
	"crm.example/pkg/web"
)

// Guard lets a request through to a private route: first the signature, then the registry, then the role.
type Guard struct {
	verifier *Verifier
	tokens   registry.Tokens
}

// NewGuard makes a guard that asks tokens which access JWTs are valid.
func NewGuard(verifier *Verifier, tokens registry.Tokens) *Guard {
	return &Guard{verifier: verifier, tokens: tokens}
}

const principalKey = "crm.principal"

// PrincipalOf is who makes the request; the zero Principal, which owns nothing, on a public route.
func PrincipalOf(c echo.Context) Principal {
	p, _ := c.Get(principalKey).(Principal)
	return p
}

// Require lets requests through whose access JWT is valid and has one of the roles. Without roles, any role will do.
func (g *Guard) Require(roles ...string) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			claims, err := g.counting(c)
			if err != nil {
				return err
			}
			if len(roles) > 0 && !slices.Contains(roles, claims.Role) {
				return problem.New(problem.RoleForbidden, "Only for: "+strings.Join(roles, ", "))
			}
			c.Set(principalKey, principalOf(claims))
			return next(c)
		}
	}
}

func (g *Guard) counting(c echo.Context) (Claims, error) {
	ctx := c.Request().Context()
	token, err := accessJWT(c)
	if err != nil {
		return Claims{}, err
	}
	claims, err := g.verifier.Access(ctx, token)
	if err != nil {
		return Claims{}, err
	}
	web.NoteUser(c, claims.Subject)
	counts, err := g.tokens.Accept(ctx, claims.Subject, claims.ID)
	if err != nil {
		return Claims{}, err
	}
	if !counts {
		return Claims{}, problem.New(problem.TokenRevoked, "")
	}
	return claims, nil
}

// RequireGenuine lets requests through whose access JWT is ours, even if it has expired or was
// revoked: logout must work with it too.
func (g *Guard) RequireGenuine() echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			token, err := accessJWT(c)
			if err != nil {
				return err
			}
			claims, err := g.verifier.AccessEvenExpired(c.Request().Context(), token)
			if err != nil {
				return err
			}
			web.NoteUser(c, claims.Subject)
			c.Set(principalKey, principalOf(claims))
			return next(c)
		}
	}
}

// accessJWT reads the token from the one Authorization header (RFC 6750, section 2.1) or, without that header, from the
// session's cookie.
func accessJWT(c echo.Context) (string, error) {
	headers := c.Request().Header.Values(echo.HeaderAuthorization)
	if len(headers) == 0 {
		if token := cookies.Value(c.Request(), cookies.Access(cookies.OverHTTPS(c.Request()))); token != "" {
			return token, nil
		}
	}
	if len(headers) != 1 {
		return "", errMissing
	}
	scheme, token, _ := strings.Cut(headers[0], " ")
	if token = strings.TrimLeft(token, " "); !strings.EqualFold(scheme, "Bearer") || token == "" {
		return "", errMissing
	}
	return token, nil
}

var errMissing = problem.New(problem.TokenMissing, "Send the header: Authorization: Bearer <access JWT>")
