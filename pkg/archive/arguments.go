package archive

import (
	"errors"
	"flag"
	"io"
)

// Arguments are those of an export or an import: the path of a file, and one switch before it.
func Arguments(args []string, name string) (path string, set bool, err error) {
	flags := flag.NewFlagSet("", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	flags.BoolVar(&set, name, false, "")
	if err := flags.Parse(args); err != nil {
		return "", false, err
	}
	if flags.NArg() != 1 || flags.Arg(0) == "" {
		return "", false, errors.New("one file is to be named")
	}
	return flags.Arg(0), set, nil
}
