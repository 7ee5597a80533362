package deployed

import (
	"context"
	_ "embed"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// This is this program, started again to play a server, so that what it uses is not the load program's.
func This(ctx context.Context, o Options, server string) (*Deployment, error) {
	return alone(ctx, o, server, func(_ *Deployment, address string) ([]string, []string, error) {
		self, err := os.Executable()
		return []string{self, server, address}, nil, err
	})
}

// Gateway runs ours, as it is delivered, before the server on the address.
func Gateway(ctx context.Context, o Options, backend string) (*Deployment, error) {
	return alone(ctx, o, "gateway", func(d *Deployment, address string) ([]string, []string, error) {
		program, err := d.build(ctx, "crm.example/gateway/cmd/gateway")
		to := "_URL=http://" + backend
		return []string{program}, []string{"GATEWAY_LISTEN=" + address, "GATEWAY_AUTH" + to, "GATEWAY_TICKET" + to}, err
	})
}

//go:embed nginx.conf
var nginxConf string

// Nginx runs the nginx on PATH.
func Nginx(ctx context.Context, o Options, backend string) (*Deployment, error) {
	return alone(ctx, o, "nginx", func(_ *Deployment, address string) ([]string, []string, error) {
		conf, err := o.write("nginx.conf", nginxConf, address, backend)
		return []string{"nginx", "-e", filepath.Join(o.Dir, "nginx-errors.log"), "-p", o.Dir, "-c", conf}, nil, err
	})
}

//go:embed Caddyfile
var caddyFile string

// Caddy runs the caddy on PATH.
func Caddy(ctx context.Context, o Options, backend string) (*Deployment, error) {
	return alone(ctx, o, "caddy", func(_ *Deployment, address string) ([]string, []string, error) {
		conf, err := o.write("Caddyfile", caddyFile, address, backend)
		return []string{"caddy", "run", "--config", conf, "--adapter", "caddyfile"}, []string{"XDG_DATA_HOME=" + o.Dir, "XDG_CONFIG_HOME=" + o.Dir}, err
	})
}

func (o Options) write(name, text, address, backend string) (path string, err error) {
	path = filepath.Join(o.Dir, name)
	return path, os.WriteFile(path, []byte(strings.NewReplacer("DIR", o.Dir, "ADDRESS", address, "BACKEND", backend).Replace(text)), 0o600)
}

// alone starts one server on a free address and waits until a request for tickets is answered there.
func alone(ctx context.Context, o Options, name string, command func(d *Deployment, address string) (args, env []string, err error)) (*Deployment, error) {
	return begin(o, func(d *Deployment) error {
		at, err := addresses(1)
		if err != nil {
			return err
		}
		d.URL = "http://" + at[0]
		args, env, err := command(d, at[0])
		if err != nil {
			return fmt.Errorf("prepare %s: %w", name, err)
		}
		return d.start(ctx, name, d.URL+"/v1/ticket", env, args[0], args[1:]...)
	})
}
