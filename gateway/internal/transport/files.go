package transport

import (
	"crypto/tls"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"time"
)

// lookEvery is how often the files are looked at, at most.
const lookEvery = time.Second

// files is a certificate and its key in two files, as certbot and others keep them. What they are replaced by counts from the next
// connection on; connections that are there stay.
type files struct {
	cert, key string
	log       *slog.Logger

	mu     sync.Mutex
	loaded *tls.Certificate
	stamp  stamp // of the files that are loaded, or that could not be
	looked time.Time
}

// stamp tells one content of the files from another.
type stamp struct {
	certAt, keyAt     time.Time
	certSize, keySize int64
}

func openFiles(cert, key string, log *slog.Logger) (*files, error) {
	f := &files{cert: cert, key: key, log: log, looked: time.Now()}
	f.stamp, _ = f.look()
	loaded, err := tls.LoadX509KeyPair(cert, key)
	if err != nil {
		return nil, fmt.Errorf("GATEWAY_TLS_CERT_FILE and GATEWAY_TLS_KEY_FILE: %w", err)
	}
	f.loaded = &loaded
	return f, nil
}

// get is the certificate of now. If the files cannot be read, or do not belong together yet, it is the one from before.
func (f *files) get(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if time.Since(f.looked) < lookEvery {
		return f.loaded, nil
	}
	f.looked = time.Now()
	now, err := f.look()
	if err != nil || now == f.stamp {
		return f.loaded, nil
	}
	loaded, err := tls.LoadX509KeyPair(f.cert, f.key)
	f.stamp = now
	if err != nil {
		f.log.Warn("the new certificate is not used", "error", err)
		return f.loaded, nil
	}
	f.loaded = &loaded
	f.log.Info("new certificate", "expires", loaded.Leaf.NotAfter)
	return f.loaded, nil
}

func (f *files) look() (s stamp, err error) {
	cert, err := os.Stat(f.cert)
	if err != nil {
		return s, err
	}
	key, err := os.Stat(f.key)
	if err != nil {
		return s, err
	}
	return stamp{cert.ModTime(), key.ModTime(), cert.Size(), key.Size()}, nil
}
