package deployed

import (
	"context"
	"errors"
	"os"
	"path/filepath"

	"crm.example/deploy/bench/internal/process"
)

// Standalone runs everything in one process.
func Standalone(ctx context.Context, o Options) (d *Deployment, err error) {
	d = &Deployment{options: o, Groups: []process.Group{{Name: "standalone"}}}
	if err := d.startStandalone(ctx); err != nil {
		return nil, errors.Join(err, d.Stop())
	}
	return d, nil
}

func (d *Deployment) startStandalone(ctx context.Context) error {
	program, err := d.build(ctx, "standalone", "crm.example/deploy/standalone")
	if err != nil {
		return err
	}
	http, nats, err := twoAddresses()
	if err := errors.Join(err, os.MkdirAll(d.options.Data, 0o700)); err != nil {
		return err
	}
	env := append(lenient(), "GATEWAY_LISTEN="+http, "STANDALONE_NATS_LISTEN="+nats, "STANDALONE_DATA="+filepath.Join(d.options.Data, "data"))
	if d.options.Archive != "" && !d.options.Filled() {
		if err := run(ctx, env, program, "import", d.options.Archive); err != nil {
			return err
		}
		if err := setFilled(d.options.Data); err != nil {
			return err
		}
	}
	server, err := d.start("standalone", program, env)
	if err != nil {
		return err
	}
	d.URL, d.NATS = "http://"+http, nats
	return d.await(ctx, server)
}

func twoAddresses() (a, b string, err error) {
	a, errA := process.FreeAddress()
	b, errB := process.FreeAddress()
	return a, b, errors.Join(errA, errB)
}

// lenient are the settings that are not as delivered.
func lenient() []string {
	return []string{"AUTH_BCRYPT_COST=10", "AUTH_SIGN_UP_PER_ADDRESS=1000000", "AUTH_LOGIN_PER_ADDRESS=1000000", "AUTH_RESET_PER_ADDRESS=1000000"}
}
