package e2e_test

import (
	"fmt"
	"os"
	"sync"
	"testing"

	"crm.example/e2e/contract"
	"crm.example/e2e/crm"
	"crm.example/e2e/target"
	"crm.example/pkg/declared"
)

var (
	deployment  *target.Target // what the suite runs against
	binary      string         // the standalone server, for tests that want one of their own; "" where the suite runs against another deployment
	distributed bool           // it runs against processes of its own, and a test may have more of them
)

// settings are those of a server for the suite: cheap hashes, and limits per address that let it work.
var settings = []string{
	"AUTH_BCRYPT_COST=10", "AUTH_LOGIN_PER_ADDRESS=1000000", "AUTH_SIGN_UP_PER_ADDRESS=1000000", "TICKET_OPEN_PER_CLIENT=1000000", "TICKET_REPLIES_PER_CLIENT=1000000", "AUTH_RESET_PER_ADDRESS=1000000",
}

// patience is for busy machines: how long a call to the registry may take is not what the suite is about.
var patience = []string{"AUTH_REGISTRY_TIMEOUT=2s", "TICKET_REGISTRY_TIMEOUT=2s"}

func TestMain(m *testing.M) {
	code, err := run(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

func run(m *testing.M) (code int, err error) {
	folder, err := os.MkdirTemp("", "crm-e2e-")
	if err != nil {
		return 0, err
	}
	defer os.RemoveAll(folder)
	var given bool
	if deployment, given, err = target.FromEnvironment(); given || err != nil {
		if err != nil {
			return 0, err
		}
		return runAll(m), nil
	}
	var stop func() error
	if deployment, stop, err = start(folder); err != nil {
		return 0, err
	}
	code = runAll(m)
	err = stop()
	if code != 0 || err != nil {
		fmt.Fprintf(os.Stderr, "--- the server's log\n%s\n", deployment.Log())
	}
	return code, err
}

// start starts what E2E_DEPLOYMENT asks for.
func start(folder string) (t *target.Target, stop func() error, err error) {
	switch which := os.Getenv("E2E_DEPLOYMENT"); which {
	case "distributed":
		distributed = true
		return deploy(folder, append(settings, patience...))
	case "", "standalone":
		if binary, err = target.Build(folder); err != nil {
			return nil, nil, err
		}
		return target.Start(binary, folder, settings...)
	default:
		return nil, nil, fmt.Errorf("E2E_DEPLOYMENT is %q, but must be standalone or distributed", which)
	}
}

func deploy(folder string, settings []string) (t *target.Target, stop func() error, err error) {
	d, err := target.Deploy(folder, target.Plan{Settings: settings})
	if err != nil {
		return nil, nil, err
	}
	return d.Target, d.Stop, nil
}

// runAll runs the suite. If all of it ran and passed, every operation of the contract must have answered, and whatever the
// contracts declare must have been sent or have come.
func runAll(m *testing.M) (code int) {
	met := []*declared.Contract{deployment.Contract.Members()}
	if deployment.NATSURL != "" {
		met = append(met, contract.Events())
	}
	if code, all := declared.Run(m, met...); code != 0 || !all {
		return code
	}
	if missed := deployment.Contract.Unanswered(); len(missed) > 0 {
		fmt.Fprintf(os.Stderr, "operations of the contract that the suite never had an answer from: %q\n", missed)
		return 1
	}
	return 0
}

// stranger is a client without a token.
func stranger(t testing.TB) *crm.Client {
	t.Helper()
	return crm.New(t, deployment)
}

var agents struct {
	sync.Mutex
	one *crm.Person
}

// anAgent is an agent whom the tests share. Its session must be left alone.
func anAgent(t testing.TB) *crm.Person {
	t.Helper()
	agents.Lock()
	defer agents.Unlock()
	if agents.one == nil {
		agents.one = stranger(t).SignUpAgent("Agent One")
	}
	mine := *agents.one
	mine.Client = mine.Client.For(t)
	return &mine
}
