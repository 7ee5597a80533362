package auth_test

import (
	"encoding/base64"
	"log/slog"
	"strings"
	"testing"
	"time"

	"crm.example/pkg/authn"
	"crm.example/pkg/config"
	"crm.example/pkg/pagetest"
	"crm.example/services/auth"
	"crm.example/services/auth/internal/account"
	"crm.example/services/auth/internal/authtest"
)

// A setting that cannot work stops the start with a sentence that names it, and shows no secret.
func TestSettingsThatCannotWork(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		change func(*auth.Config)
		want   string
	}{
		"no secret":         {func(c *auth.Config) { c.Secret = "" }, "AUTH_SECRET"},
		"short secret":      {func(c *auth.Config) { c.Secret = base64.StdEncoding.EncodeToString([]byte("hunter2")) }, "AUTH_SECRET"},
		"secret of zeros":   {func(c *auth.Config) { c.Secret = base64.StdEncoding.EncodeToString(make([]byte, 32)) }, "AUTH_SECRET"},
		"cheap hashes":      {func(c *auth.Config) { c.BcryptCost = 9 }, "AUTH_BCRYPT_COST"},
		"dear hashes":       {func(c *auth.Config) { c.BcryptCost = 31 }, "AUTH_BCRYPT_COST"},
		"no registry time":  {func(c *auth.Config) { c.RegistryTimeout = 0 }, "AUTH_REGISTRY_TIMEOUT"},
		"long registry":     {func(c *auth.Config) { c.RegistryTimeout = time.Minute }, "AUTH_REGISTRY_TIMEOUT"},
		"no issuer":         {func(c *auth.Config) { c.Issuer = "" }, "AUTH_ISSUER"},
		"no audience":       {func(c *auth.Config) { c.Audience = "" }, "AUTH_AUDIENCE"},
		"no such hour":      {func(c *auth.Config) { c.VacuumHour = 24 }, "AUTH_VACUUM_HOUR"},
		"no propagation":    {func(c *auth.Config) { c.KeyPropagation = 0 }, "AUTH_KEY_PROPAGATION"},
		"small stream":      {func(c *auth.Config) { c.StreamMaxBytes = 1000 }, "AUTH_STREAM_MAX_BYTES"},
		"many replicas":     {func(c *auth.Config) { c.StreamReplicas = 6 }, "AUTH_STREAM_REPLICAS"},
		"unknown store":     {func(c *auth.Config) { c.StoreURL = "postgres://u:hunter2@host/db" }, "AUTH_STORE_URL"},
		"no store":          {func(c *auth.Config) { c.StoreURL = "" }, "AUTH_STORE_URL"},
		"no database":       {func(c *auth.Config) { c.StoreURL = "mongodb://u:hunter2@host" }, "AUTH_STORE_URL"},
		"no host":           {func(c *auth.Config) { c.StoreURL = "mongodb://u:hunter2@" }, "AUTH_STORE_URL"},
		"sender":            {func(c *auth.Config) { c.MailFrom = "CRM" }, "AUTH_MAIL_FROM"},
		"name in EHLO":      {func(c *auth.Config) { c.SMTPName = "crm" }, "AUTH_SMTP_NAME must be a fully qualified name"},
		"nowhere to mail":   {func(c *auth.Config) { c.MailDir = "" }, "AUTH_MAIL_DIR"},
		"mail server":       {func(c *auth.Config) { c.SMTPURL = "http://u:hunter2@host" }, "AUTH_SMTP_URL"},
		"bare credentials":  {func(c *auth.Config) { c.SMTPURL = "smtp://u:hunter2@host?tls=none" }, "AUTH_SMTP_URL"},
		"proxy":             {func(c *auth.Config) { c.TrustedProxies = []string{"10.0.0.1"} }, "AUTH_TRUSTED_PROXIES"},
		"no logins":         {func(c *auth.Config) { c.LoginPerAccount = 0 }, "AUTH_LOGIN_PER_ACCOUNT"},
		"none per address":  {func(c *auth.Config) { c.LoginPerAddress = -1 }, "AUTH_LOGIN_PER_ADDRESS"},
		"no window":         {func(c *auth.Config) { c.LoginWindow = 0 }, "AUTH_LOGIN_WINDOW"},
		"no sign-ups":       {func(c *auth.Config) { c.SignUpPerAddress = 0 }, "AUTH_SIGN_UP_PER_ADDRESS"},
		"no resets":         {func(c *auth.Config) { c.ResetPerAddress = 0 }, "AUTH_RESET_PER_ADDRESS"},
		"no address window": {func(c *auth.Config) { c.AddressWindow = time.Millisecond }, "AUTH_ADDRESS_WINDOW"},
		"no mails":          {func(c *auth.Config) { c.MailsPerHour = 0 }, "AUTH_MAILS_PER_HOUR"},
		"no refreshes":      {func(c *auth.Config) { c.RefreshPerSession = 0 }, "AUTH_REFRESH_PER_SESSION"},
	} {
		cfg := authtest.Config(t)
		tc.change(&cfg)
		_, err := auth.Open(t.Context(), cfg, auth.Deps{Log: slog.New(slog.DiscardHandler), Hasher: authtest.NewHasher(t)})
		if err == nil || !strings.HasPrefix(err.Error(), tc.want) && name != "nowhere to mail" || !strings.Contains(err.Error(), tc.want) {
			t.Errorf("%s: got %v", name, err)
			continue
		}
		if text := err.Error(); strings.Contains(text, "hunter2") || strings.Contains(text, "\n") {
			t.Errorf("%s: got %s", name, text)
		}
	}
}

func TestOtherSecretStopsTheStart(t *testing.T) {
	t.Parallel()
	s := authtest.Start(t)
	cfg := s.Config
	cfg.Secret = base64.StdEncoding.EncodeToString([]byte("vutsrqponmlkjihgfedcba9876543210"))
	_, err := auth.OpenExisting(t.Context(), cfg, auth.Deps{Log: slog.New(slog.DiscardHandler), Hasher: authtest.NewHasher(t)})
	if err == nil || !strings.HasPrefix(err.Error(), "AUTH_SECRET is not the one") {
		t.Errorf("got %v", err)
	}
}

// What the accounts give, the verifiers of all services take.
func TestLifetimesAgree(t *testing.T) {
	t.Parallel()
	if account.AccessLifetime != authn.AccessLifetime || account.SessionLifetime != authn.RefreshLifetime || account.ClockLeeway != authn.ClockLeeway {
		t.Error("the times of account and authn differ")
	}
}

// TestREADME keeps the table of settings in line; UPDATE_DOCS=1 writes it.
func TestREADME(t *testing.T) {
	t.Parallel()
	pagetest.Part(t, "README.md", "settings", config.Markdown("AUTH", auth.Defaults()))
}

// A seed list in DNS would be asked for before anything else, and the start would hang on it: hosts are named in the URL.
func TestSeedListsAreRefused(t *testing.T) {
	t.Parallel()
	cfg := authtest.Config(t)
	cfg.StoreURL = "mongodb+srv://u:hunter2@cluster.example/crm"
	_, err := auth.Open(t.Context(), cfg, auth.Deps{Log: slog.New(slog.DiscardHandler), Hasher: authtest.NewHasher(t)})
	if err == nil || !strings.HasPrefix(err.Error(), `AUTH_STORE_URL has the scheme "mongodb+srv"`) || strings.Contains(err.Error(), "hunter2") {
		t.Errorf("got %v", err)
	}
}
