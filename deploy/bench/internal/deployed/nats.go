package deployed

import (
	"context"
	"errors"

	"crm.example/deploy/bench/internal/process"
)

// NATS runs a nats-server alone, with the configuration that is delivered; URL is for the ticket service.
func NATS(ctx context.Context, o Options) (d *Deployment, err error) {
	d = &Deployment{options: o, Groups: []process.Group{{Name: "NATS"}}}
	address, err := process.FreeAddress()
	if err == nil {
		err = d.startNATS(ctx, address)
	}
	if err == nil {
		err = listens(ctx, address)
	}
	if err != nil {
		return nil, errors.Join(err, d.Stop())
	}
	d.URL = "nats://ticket:t-ticket@" + address
	return d, nil
}
