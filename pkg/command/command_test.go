package command_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/spf13/pflag"

	"crm.example/pkg/command"
)

var errEmpty = errors.New("TEST_NAME must not be empty")

// settings are those of a server that says what it was told.
type settings struct {
	Name string `mapstructure:"name" doc:"A name."`
}

func (s settings) Validate() error {
	if s.Name == "" {
		return errEmpty
	}
	return nil
}

func program() command.Program {
	server := command.Server[settings]{
		Prefix: "TEST", Defaults: func() settings { return settings{Name: "one"} }, Listen: func(settings) string { return "127.0.0.1:1" },
		Serve: func(_ context.Context, call command.Call, s settings) error {
			fmt.Fprintln(call.Out, "serves "+s.Name)
			return nil
		},
	}
	give := command.Command{
		Words: "role give", Args: "USER [REASON]", Doc: "give a role", Flags: func(f *pflag.FlagSet) {
			f.String("role", "", "`ROLE` to give")
			f.Bool("now", false, "at once")
		},
		Do: func(_ context.Context, call command.Call) error {
			_, err := fmt.Fprintln(call.Out, call.Args, call.Text("role"), call.Is("now"))
			return err
		},
	}
	return command.Program{Name: "test", Settings: "TEST_…", Commands: append(server.Commands(), give)}
}

func run(t *testing.T, line string) (string, error) {
	t.Helper()
	var out bytes.Buffer
	err := program().Run(t.Context(), strings.Fields(line), &out, slog.New(slog.DiscardHandler))
	return out.String(), err
}

func TestRun(t *testing.T) {
	for line, want := range map[string]string{
		"":                                   "serves one\n",
		"serve":                              "serves one\n",
		"config":                             "TEST_NAME=one\n",
		"role give a --role=agent":           "[a] agent false\n",
		"role give --now --role agent a why": "[a why] agent true\n",
		"role give --role agent -":           "[-] agent false\n",
	} {
		if out, err := run(t, line); err != nil || out != want {
			t.Errorf("%q: %q, %v, want %q", line, out, err, want)
		}
	}
}

// Help is no error, wherever it is asked for; nothing is done.
func TestHelp(t *testing.T) {
	one := "usage: test role give [--now] --role ROLE USER [REASON]\n\ngive a role\n"
	for line, want := range map[string]string{
		"help": "usage: test [command], with settings from TEST_… in the environment\n\n  serve\n      answer requests\n", "--help": "usage: test [command]", "-h": "usage: test [command]",
		"role --help": "usage: test [command]", "help role": "usage: test [command]", "role give --help": one, "role give -h": one, "help role give": one, "role give a b c --help": one,
		"serve --help": "usage: test serve\n\nanswer requests\n",
	} {
		if out, err := run(t, line); err != nil || !strings.HasPrefix(out, want) {
			t.Errorf("%q: %q, %v, want %q", line, out, err, want)
		}
	}
}

func TestMarkdown(t *testing.T) {
	const row = "| `test role give [--now] --role ROLE USER [REASON]` | give a role |\n"
	if table := program().Markdown(); !strings.HasPrefix(table, "| command | what it does |\n|---|---|\n| `test serve` | answer requests |\n") || !strings.HasSuffix(table, row) {
		t.Errorf("got %s", table)
	}
}

func TestWrongUse(t *testing.T) {
	for line, want := range map[string]string{
		"boil":                         "there is no command \"boil\"\n\nusage: test [command]",
		"role":                         "there is no command \"role\"\n\nusage: test [command]",
		"serve now":                    "\"now\" is too much\nusage: test serve",
		"role give --role agent":       "USER is missing\nusage: test role give",
		"role give a":                  "--role is missing\nusage: test role give",
		"role give a b c --role agent": "\"c\" is too much\nusage: test role give",
		"role give a --rolle agent":    "unknown flag: --rolle\nusage: test role give",
	} {
		if out, err := run(t, line); err == nil || out != "" || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%q: %q, %v, want %q", line, out, err, want)
		}
	}
}

// What serve refuses, config shows and refuses too.
func TestConfigRefusesWhatServeRefuses(t *testing.T) {
	t.Setenv("TEST_NAME", "")
	if out, err := run(t, "serve"); !errors.Is(err, errEmpty) || out != "" {
		t.Errorf("serve: %q, %v", out, err)
	}
	if out, err := run(t, "config"); !errors.Is(err, errEmpty) || out != "TEST_NAME=\n" {
		t.Errorf("config: %q, %v", out, err)
	}
	t.Setenv("TEST_NAMES", "x")
	for _, line := range []string{"serve", "config"} {
		if _, err := run(t, line); err == nil || !strings.HasPrefix(err.Error(), "TEST_NAMES") {
			t.Errorf("%s: %v", line, err)
		}
	}
}
