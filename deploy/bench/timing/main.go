// Command timing measures whether the time of an answer tells who has an account: it starts a standalone and asks for emails
// with and without one in turn, for each step that takes an email. AUC is how often, of two answers of which one is for an email with
// an account, that one took longer: 0.5 tells nothing, 1 or 0 everything. Run it while the machine does nothing else.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"crm.example/deploy/bench/internal/deployed"
)

func main() {
	pairs := flag.Int("pairs", 600, "how many emails of each sort are asked for")
	dir := flag.String("dir", "/var/tmp", "where a temporary folder for data is made; it must lie on a disk")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, *dir, *pairs); err != nil {
		fmt.Fprintln(os.Stderr, "timing:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, dir string, pairs int) (err error) {
	scratch, err := os.MkdirTemp(dir, "crm-timing-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(scratch)) }()
	d, err := deployed.Standalone(ctx, deployed.Options{Dir: scratch, Data: filepath.Join(scratch, "data")})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.Stop()) }()
	c := &caller{ctx: ctx, base: d.URL, client: &http.Client{Timeout: 10 * time.Second}}
	for i := range pairs { // as a step that is not measured
		if err := c.signUp(known(i)); err != nil {
			return err
		}
	}
	fmt.Println("| step | with account, p50 ms | without, p50 ms | AUC |\n|---|---|---|---|")
	for _, s := range steps {
		with, without, err := c.measure(s, pairs)
		if err != nil {
			return fmt.Errorf("%s: %w", s.name, err)
		}
		fmt.Printf("| %s | %.2f | %.2f | %.3f |\n", s.name, median(with), median(without), auc(with, without))
	}
	return nil
}

// known has an account; unknown, which is as long, has none.
func known(i int) string   { return fmt.Sprintf("somebody-%04d@example.com", i) }
func unknown(i int) string { return fmt.Sprintf("elsebody-%04d@example.com", i) }
