package main

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"
)

// machine says what the figures are taken on. How long the disk takes to sync decides how fast writes can be.
func machine(dir string) (string, error) {
	sync, err := syncTime(dir)
	if err != nil {
		return "", fmt.Errorf("measure the disk: %w", err)
	}
	load, _, _ := strings.Cut(firstLine("/proc/loadavg"), " ")
	return fmt.Sprintf("%s: %d cores (%s), Linux %s, %s; load before %s; a sync of the disk takes %s ms; the load program runs on the same machine",
		time.Now().UTC().Format(time.DateOnly), runtime.NumCPU(), processor(), kernel(), runtime.Version(), load, millis(sync)), nil
}

// syncTime is the median of writing 4 KiB at the end of a file and waiting for the disk.
func syncTime(dir string) (time.Duration, error) {
	f, err := os.Create(filepath.Join(dir, "sync"))
	if err != nil {
		return 0, err
	}
	defer f.Close() // it only held zeros
	var took []time.Duration
	for range 101 {
		began := time.Now()
		if _, err := f.Write(make([]byte, 4096)); err != nil {
			return 0, err
		}
		if err := f.Sync(); err != nil {
			return 0, err
		}
		took = append(took, time.Since(began))
	}
	slices.Sort(took)
	return took[len(took)/2], nil
}

func processor() string {
	info, _ := os.ReadFile("/proc/cpuinfo")
	for line := range strings.Lines(string(info)) {
		if name, model, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(name) == "model name" {
			return strings.TrimSpace(model)
		}
	}
	return runtime.GOARCH
}

func firstLine(path string) string {
	text, _ := os.ReadFile(path)
	line, _, _ := strings.Cut(string(text), "\n")
	return line
}

// kernel is its version without what whoever built it has added.
func kernel() string {
	version, _, _ := strings.Cut(firstLine("/proc/sys/kernel/osrelease"), "-")
	return version
}
