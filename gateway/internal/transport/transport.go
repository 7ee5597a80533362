// Package transport puts TLS under the gateway: by certificate files, or by certificates that it gets for itself. It knows nothing of
// what is said, but that plain HTTP is led to HTTPS.
package transport

import (
	"context"
	"crypto/tls"
	"log/slog"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// Options choose between files and ACME.
type Options struct {
	CertFile, KeyFile string
	ACME              ACME // without Domains, the files count
	Log               *slog.Logger
}

// Secure is a listener for HTTPS on ln, with HTTP/2 for those who have it, and who answers the authority's questions on plain HTTP
// before another handler. Certificates are renewed until ctx ends.
func Secure(ctx context.Context, ln net.Listener, o Options) (secure net.Listener, challenges func(http.Handler) http.Handler, err error) {
	config, challenges := &tls.Config{}, func(next http.Handler) http.Handler { return next }
	if len(o.ACME.Domains) > 0 {
		config, challenges, err = o.ACME.managed(ctx, o.Log)
	} else {
		var f *files
		if f, err = openFiles(o.CertFile, o.KeyFile, o.Log); err == nil {
			config.GetCertificate = f.get
		}
	}
	if err != nil {
		return nil, nil, err
	}
	config.MinVersion = tls.VersionTLS12
	config.NextProtos = slices.Concat([]string{"h2", "http/1.1"}, config.NextProtos)
	return tls.NewListener(ln, config), challenges, nil
}

// ToHTTPS leads every request to the same place over HTTPS, on that port.
func ToHTTPS(port int) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host, _, err := net.SplitHostPort(r.Host)
		if err != nil {
			host = r.Host
		}
		if port != 443 {
			host = net.JoinHostPort(strings.Trim(host, "[]"), strconv.Itoa(port))
		} else if strings.Count(host, ":") > 1 && host[0] != '[' {
			host = "[" + host + "]"
		}
		w.Header().Set("Connection", "close")
		http.Redirect(w, r, "https://"+host+r.URL.RequestURI(), http.StatusPermanentRedirect)
	})
}
