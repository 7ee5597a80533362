package runner_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"crm.example/pkg/problem"
	"crm.example/pkg/runner"
	"crm.example/pkg/runner/runnertest"
	"crm.example/pkg/testenv"
)

// service notes what is done to it, in order.
type service struct{ done chan string }

func (s service) Handler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "the service") })
}

func (s service) Run(ctx context.Context) error {
	<-ctx.Done()
	s.done <- "Run"
	return nil
}

func (s service) Close() error {
	s.done <- "Close"
	return nil
}

// soon is long enough for everything that a program would wait for a second for.
const soon = 5 * time.Millisecond

// started runs a program; its address is known once it says so.
func started(t *testing.T, p runner.Program) (base string, stop func() error) {
	t.Helper()
	p.Key, p.Listen, p.Log = "TEST", testenv.FreeAddress(t), slog.New(slog.DiscardHandler)
	p.Reopen, p.Notice = soon, soon
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- runner.Serve(ctx, p) }()
	return "http://" + p.Listen, func() error { cancel(); return <-ended }
}

func eventually(t *testing.T, url string, status int, text string) {
	t.Helper()
	runnertest.Eventually(t, 10*time.Second, url, status, text)
}

func TestWaitsUnreadyForWhatIsMissing(t *testing.T) {
	t.Parallel()
	var there, registry atomic.Bool
	s := service{make(chan string, 2)}
	base, stop := started(t, runner.Program{
		Open: func(context.Context) (runner.Service, error) {
			if !there.Load() {
				return nil, &problem.Error{Code: problem.Unavailable, Detail: "The store is away"}
			}
			return s, nil
		},
		Ready: func(context.Context) error {
			if !registry.Load() {
				return errors.New("registry: it is away")
			}
			return nil
		},
	})
	eventually(t, base+"/readyz", http.StatusServiceUnavailable, "The store is away")
	eventually(t, base+"/healthz", http.StatusOK, "ok")
	eventually(t, base+"/v1/user", http.StatusServiceUnavailable, `"requestId":"0`) // a new UUIDv7
	there.Store(true)
	eventually(t, base+"/readyz", http.StatusServiceUnavailable, "registry: it is away")
	registry.Store(true)
	eventually(t, base+"/readyz", http.StatusOK, "the service")
	if err := stop(); err != nil {
		t.Fatal(err)
	}
	if one, two := <-s.done, <-s.done; one != "Run" || two != "Close" {
		t.Errorf("ended %s, then %s", one, two)
	}
}

func TestStopsWhileItWaits(t *testing.T) {
	t.Parallel()
	base, stop := started(t, runner.Program{Open: func(context.Context) (runner.Service, error) {
		return nil, problem.NewUnavailable(errors.New("away"))
	}})
	eventually(t, base+"/readyz", http.StatusServiceUnavailable, "")
	if err := stop(); err != nil {
		t.Error(err)
	}
}

func TestWhatCannotWorkEndsTheProgram(t *testing.T) {
	t.Parallel()
	want := errors.New("TEST_SECRET is not the one")
	err := runner.Serve(t.Context(), runner.Program{Listen: "127.0.0.1:0", Notice: soon, Log: slog.New(slog.DiscardHandler),
		Open: func(context.Context) (runner.Service, error) { return nil, want }})
	if !errors.Is(err, want) {
		t.Errorf("got %v", err)
	}
}

func TestURLsThatCannotBeUsed(t *testing.T) {
	t.Parallel()
	for _, url := range []string{"", "memory:", "http://u:hunter2@host", "redis://", "redis://u:hunter2%@host"} {
		_, err := runner.OpenRegistry("X_REGISTRY_URL", url, time.Second)
		refused(t, url, "X_REGISTRY_URL", err)
	}
}

func refused(t *testing.T, url, key string, err error) {
	t.Helper()
	if err == nil || !strings.HasPrefix(err.Error(), key) || strings.Contains(err.Error(), "hunter2") {
		t.Errorf("%q: got %v", url, err)
	}
}
