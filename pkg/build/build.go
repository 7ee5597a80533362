// Package build tells what a program was built from.
package build

import (
	"runtime/debug"
	"strings"
)

// version is what the linker was told, for an image is built where no Git is: -ldflags "-X …/pkg/build.version=1.2+3c41a98".
var version string

// Version is never empty: what the linker was told, else what Go recorded of the checkout, else "unknown".
func Version() string {
	if version != "" {
		return version
	}
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		return info.Main.Version
	}
	return "unknown"
}

// Line is what the programs' `version` commands print: module, version, Go's version.
func Line() string {
	words := []string{Version()}
	if info, ok := debug.ReadBuildInfo(); ok {
		words = []string{info.Main.Path, Version(), info.GoVersion}
	}
	return strings.Join(words, " ")
}
