package loop_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"crm.example/pkg/loop"
)

// It works at once, when it is woken and after each interval, and says the first of errors in a row.
func TestEvery(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		var said bytes.Buffer
		var calls atomic.Int32
		woken, begun, ended := make(chan struct{}, 1), time.Now(), make(chan struct{})
		go func() {
			defer close(ended)
			loop.Every(ctx, time.Minute, woken, slog.New(slog.NewTextHandler(&said, nil)), "tidy up", func(context.Context) error {
				if n := calls.Add(1); n == 2 || n == 3 || n == 5 {
					return errors.New("the disk is full")
				}
				return nil
			})
		}()
		want := func(n int32) {
			t.Helper()
			if synctest.Wait(); calls.Load() != n {
				t.Errorf("%d calls after %s, want %d", calls.Load(), time.Since(begun), n)
			}
		}
		want(1)
		loop.Wake(woken)
		want(2)
		for n := range int32(3) {
			time.Sleep(time.Minute)
			want(3 + n)
		}
		cancel()
		<-ended
		if n := strings.Count(said.String(), `level=ERROR msg="could not tidy up" error="the disk is full"`); n != 2 {
			t.Errorf("it was said %d times, want 2:\n%s", n, &said)
		}
	})
}

// Waking never blocks, however often it is done before somebody looks.
func TestWakeTwice(t *testing.T) {
	t.Parallel()
	sleeper := make(chan struct{}, 1)
	loop.Wake(sleeper)
	loop.Wake(sleeper)
	<-sleeper
	if len(sleeper) != 0 {
		t.Error("it is woken twice")
	}
}

func TestInHour(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 1, 2, 3, 59, 0, 0, time.Local)
	if !loop.InHour(3, at.UTC()) || loop.InHour(3, at.Add(time.Minute)) {
		t.Error("03:59 is in hour 3, and 04:00 is not")
	}
}
