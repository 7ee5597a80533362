package web_test

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"syscall"
	"testing"

	"crm.example/pkg/web"
)

// TestMain plays a program that writes to standard output until it is told to stop, if it was started for that.
func TestMain(m *testing.M) {
	if os.Getenv("WEB_TEST_PROGRAM") == "" {
		os.Exit(m.Run())
	}
	ctx, stop := web.UntilStopped()
	defer stop()
	fmt.Println("started")
	_, _ = io.Copy(io.Discard, os.Stdin) // until the reader of its output has gone
	for range 10 {
		fmt.Println("and on")
	}
	fmt.Fprintln(os.Stderr, "still here")
	<-ctx.Done()
	fmt.Fprintln(os.Stderr, "drained")
}

// Whoever reads the log may leave, and a terminal that closes is an orderly end.
func TestAProgramOutlivesItsReaderAndDrainsAtEachSignal(t *testing.T) {
	t.Parallel()
	heard := make(chan os.Signal, 1)
	signal.Notify(heard, syscall.SIGHUP) // or the program ignores it too, where these tests were started so
	defer signal.Stop(heard)
	for _, told := range []syscall.Signal{syscall.SIGHUP, syscall.SIGTERM, syscall.SIGINT} {
		program := exec.CommandContext(t.Context(), os.Args[0])
		program.Env = append(os.Environ(), "WEB_TEST_PROGRAM=1")
		in, _ := program.StdinPipe()
		out, _ := program.StdoutPipe()
		log, _ := program.StderrPipe()
		if err := program.Start(); err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(out)
		if !lines.Scan() {
			t.Fatal("it did not start")
		}
		_ = out.Close()
		_ = in.Close()
		said := bufio.NewScanner(log)
		if !said.Scan() || said.Text() != "still here" {
			t.Fatalf("it said %q after its reader had left: %v", said.Text(), program.Wait())
		}
		_ = program.Process.Signal(told)
		if !said.Scan() || said.Text() != "drained" {
			t.Errorf("%s: it said %q", told, said.Text())
		}
		if err := program.Wait(); err != nil {
			t.Errorf("%s: %v", told, err)
		}
	}
}
