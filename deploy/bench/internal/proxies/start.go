package proxies

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"crm.example/deploy/bench/internal/process"
)

// Proxy is one that runs.
type Proxy struct {
	process.Group
	Address string
	server  *process.Server
}

// Stop ends it.
func (p *Proxy) Stop() error { return p.server.Stop() }

// nginxConf is the least that keeps connections to the backend, with the access log that nginx writes by default.
const nginxConf = `daemon off; worker_processes auto; pid %[1]s/nginx.pid; error_log %[1]s/nginx-errors.log;
events { worker_connections 1024; }
http {
  access_log %[1]s/nginx-access.log;
  client_body_temp_path %[1]s/nginx-body; proxy_temp_path %[1]s/nginx-proxy;
  fastcgi_temp_path %[1]s/nginx-fastcgi; uwsgi_temp_path %[1]s/nginx-uwsgi; scgi_temp_path %[1]s/nginx-scgi;
  keepalive_requests 1000000000;
  upstream backend { server %[3]s; keepalive 256; keepalive_requests 1000000000; }
  server {
    listen %[2]s;
    location / {
      proxy_pass http://backend; proxy_http_version 1.1; proxy_set_header Connection "";
      proxy_set_header Host $host; proxy_set_header X-Forwarded-For $remote_addr;
    }
  }
}
`

const caddyFile = `{
  admin off
  auto_https off
}
http://:%[4]s {
  bind 127.0.0.1
  log {
    output file %[1]s/caddy-access.log
  }
  reverse_proxy %[3]s {
    transport http {
      versions 1.1
      compression off
      keepalive_idle_conns_per_host 256
    }
  }
}
`

// Gateway runs ours, as it is delivered.
func Gateway(ctx context.Context, dir, backend string) (*Proxy, error) {
	program := filepath.Join(dir, "gateway")
	if out, err := exec.CommandContext(ctx, "go", "build", "-o", program, "crm.example/gateway/cmd/gateway").CombinedOutput(); err != nil {
		return nil, fmt.Errorf("build the gateway: %w\n%s", err, out)
	}
	return start(ctx, "gateway", dir, func(address string) ([]string, []string, error) {
		return []string{program}, []string{"GATEWAY_LISTEN=" + address, "GATEWAY_AUTH_URL=http://" + backend, "GATEWAY_TICKET_URL=http://" + backend}, nil
	})
}

// Nginx runs the nginx on PATH.
func Nginx(ctx context.Context, dir, backend string) (*Proxy, error) {
	return start(ctx, "nginx", dir, func(address string) ([]string, []string, error) {
		conf := filepath.Join(dir, "nginx.conf")
		err := os.WriteFile(conf, fmt.Appendf(nil, nginxConf, dir, address, backend), 0o600)
		return []string{"nginx", "-e", filepath.Join(dir, "nginx-errors.log"), "-p", dir, "-c", conf}, nil, err
	})
}

// Caddy runs the caddy on PATH.
func Caddy(ctx context.Context, dir, backend string) (*Proxy, error) {
	return start(ctx, "caddy", dir, func(address string) ([]string, []string, error) {
		conf := filepath.Join(dir, "Caddyfile")
		_, port, _ := net.SplitHostPort(address)
		err := os.WriteFile(conf, fmt.Appendf(nil, caddyFile, dir, address, backend, port), 0o600)
		return []string{"caddy", "run", "--config", conf, "--adapter", "caddyfile"}, []string{"XDG_DATA_HOME=" + dir, "XDG_CONFIG_HOME=" + dir}, err
	})
}

func start(ctx context.Context, name, dir string, command func(address string) (args, env []string, err error)) (*Proxy, error) {
	address, err := process.FreeAddress()
	if err != nil {
		return nil, err
	}
	args, env, err := command(address)
	if err != nil {
		return nil, err
	}
	program, err := exec.LookPath(args[0])
	if err != nil {
		return nil, err
	}
	log := filepath.Join(dir, name+".log")
	server, err := process.Start(log, append([]string{"HOME=" + dir, "PATH=" + os.Getenv("PATH")}, env...), program, args[1:]...)
	if err != nil {
		return nil, err
	}
	p := &Proxy{Group: process.Group{Name: name, PIDs: []int{server.PID()}}, Address: address, server: server}
	if err := p.await(ctx); err != nil {
		text, _ := os.ReadFile(log)
		return nil, errors.Join(fmt.Errorf("%s: %w\n%s", name, err, text), p.Stop())
	}
	return p, nil
}

// await returns once the proxy passes a request on.
func (p *Proxy) await(ctx context.Context) error {
	for began := time.Now(); ; time.Sleep(20 * time.Millisecond) {
		err := p.try()
		if err == nil || time.Since(began) > 20*time.Second || ctx.Err() != nil {
			return err
		}
	}
}

func (p *Proxy) try() error {
	c, err := Dial(p.Address)
	if err != nil {
		return err
	}
	defer c.Close()
	return c.Ask()
}
