package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/prometheus/procfs"
)

// printMachine says what the figures are taken on. How long the disk takes to sync decides how fast writes can be.
func printMachine(dir string) error {
	proc, err := procfs.NewDefaultFS()
	if err != nil {
		return err
	}
	f, errSync := os.Create(filepath.Join(dir, "sync"))
	load, errLoad := proc.LoadAvg()
	cpus, errCPU := proc.CPUInfo()
	kernel, errKernel := os.ReadFile("/proc/sys/kernel/osrelease")
	if err := errors.Join(errSync, errLoad, errCPU, errKernel); err != nil {
		return err
	}
	defer f.Close() // it only holds zeros
	sync := median(make([]int, 101), func(int) time.Duration {
		began := time.Now()
		_, err := f.Write(make([]byte, 4096))
		errSync = errors.Join(errSync, err, f.Sync())
		return time.Since(began)
	})
	version, _, _ := strings.Cut(string(kernel), "-") // without what whoever built it has added
	fmt.Printf("%s: %d cores (%s), Linux %s, %s; load before %.2f; a sync of the disk takes %s ms; the load program runs on the same machine.\n",
		time.Now().UTC().Format(time.DateOnly), runtime.NumCPU(), cpus[0].ModelName, strings.TrimSpace(version), runtime.Version(), load.Load1, millis(sync))
	return errSync
}
