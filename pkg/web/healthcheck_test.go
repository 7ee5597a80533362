package web_test

import (
	"net"
	"net/http"
	"strings"
	"testing"

	"crm.example/pkg/web"
)

// healthy serves /healthz with a status on an address, until the test ends.
func healthy(t *testing.T, listen string, status int) (port string) {
	t.Helper()
	ln, err := net.Listen("tcp", listen)
	if err != nil {
		t.Skipf("this machine has no %s: %v", listen, err)
	}
	server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/healthz" {
			w.WriteHeader(status)
			return
		}
		w.WriteHeader(http.StatusTeapot)
	})}
	go func() { _ = server.Serve(ln) }()
	t.Cleanup(func() { _ = server.Close() })
	_, port, _ = net.SplitHostPort(ln.Addr().String())
	return port
}

// The address that is listened on is asked, and no other: 127.0.0.2 stands for that of a network.
func TestCheckHealthAsksWhereTheServerListens(t *testing.T) {
	t.Parallel()
	for _, host := range []string{"127.0.0.1", "127.0.0.2", "0.0.0.0", "[::]", "", "localhost", "[::1]"} {
		t.Run(host, func(t *testing.T) {
			t.Parallel()
			listen := host + ":" + healthy(t, host+":0", http.StatusOK)
			if err := web.CheckHealth(t.Context(), "X_LISTEN", listen); err != nil {
				t.Errorf("%s: %v", listen, err)
			}
		})
	}
}

func TestCheckHealthFails(t *testing.T) {
	t.Parallel()
	for listen, want := range map[string]string{
		"127.0.0.1:" + healthy(t, "127.0.0.1:0", http.StatusInternalServerError): "500",
		"127.0.0.1:" + healthy(t, "127.0.0.2:0", http.StatusOK):                  "refused",
		"8081": "X_LISTEN: ",
	} {
		if err := web.CheckHealth(t.Context(), "X_LISTEN", listen); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", listen, err, want)
		}
	}
}
