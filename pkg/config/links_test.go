package config_test

import (
	"strings"
	"testing"
)

// What Kubernetes and Docker inject for services called "demo", "demo-db" and "demo-v2" keeps nothing from starting.
func TestLinkVariablesAreIgnored(t *testing.T) {
	got, err := load(t, map[string]string{
		"DEMO_SERVICE_HOST": "10.0.0.1", "DEMO_SERVICE_PORT": "8081", "DEMO_SERVICE_PORT_HTTP": "8081", "DEMO_PORT": "tcp://10.0.0.1:8081",
		"DEMO_PORT_8081_TCP": "tcp://10.0.0.1:8081", "DEMO_PORT_8081_TCP_PROTO": "tcp", "DEMO_PORT_8081_TCP_PORT": "8081", "DEMO_PORT_8081_TCP_ADDR": "10.0.0.1",
		"DEMO_DB_SERVICE_HOST": "fd00::1", "DEMO_DB_PORT": "udp://[fd00::1]:53", "DEMO_DB_PORT_53_UDP": "udp://[fd00::1]:53", "DEMO_V2_PORT_9_SCTP_ADDR": "10.0.0.1",
		"DEMO_NAME": "/web/demo", "DEMO_ENV_PATH": "/bin",
	})
	if err != nil || got.Listen != defaults().Listen {
		t.Errorf("%+v, %v", got, err)
	}
}

// A name that only looks like one is misspelt, and so is one whose value is no address.
func TestMisspeltSettingsAreNoLinkVariables(t *testing.T) {
	for name, value := range map[string]string{
		"DEMO_PORT": "8081", "DEMO_SERVICE_HOST": "auth.example", "DEMO_SERVICE_PORT": "http", "DEMO_PORT_TCP_ADDR": "10.0.0.1", "DEMO_PORT_8081_TCP": "10.0.0.1:8081",
		"DEMO_HOST": "10.0.0.1", "DEMO_LISTEN_PORT": "8081", "DEMO_NAME": "demo", "DEMO_PORT_8081_TCP_PROTO": "http", "DEMO_LISTENS": "tcp://10.0.0.1:8081",
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := load(t, map[string]string{name: value}); err == nil || !strings.HasPrefix(err.Error(), name+" is set, but there is no such setting") {
				t.Errorf("%s=%s: %v", name, value, err)
			}
		})
	}
}
