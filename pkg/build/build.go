// Package build tells what a program was built from.
package build

import (
	"runtime/debug"
	"strings"
)

// version is set by the linker, since images are built without Git: -ldflags "-X …/pkg/build.version=1.2+3c41a98".
var version string

// Version is never empty: the version that the linker set, else the one that Go recorded of the checkout, else "unknown".
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
