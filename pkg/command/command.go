// Package command reads the command line of a program: it finds the command, its flags and its arguments, and prints help.
// Every program of the project has one table of commands. The package itself has only the commands that every server has.
package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"crm.example/pkg/web"
)

// Command is one thing that a program does.
type Command struct {
	Words string               // "keys rotate"
	Flags func(*pflag.FlagSet) // nil: none. A flag that takes a text must be given
	Args  string               // "FILE", "[FOLDER]" if it may be left out, "" for none
	Doc   string               // what it does, in a line or more
	Do    func(context.Context, Call) error
}

// Call is a command with the flags and arguments that somebody gave.
type Call struct {
	Args []string // as many as Command.Args names
	Out  io.Writer
	Log  *slog.Logger

	flags *pflag.FlagSet
}

// Text is the value of a flag that takes a text.
func (c Call) Text(flag string) string { value, _ := c.flags.GetString(flag); return value }

// Is tells whether a flag without a value is set.
func (c Call) Is(flag string) bool { value, _ := c.flags.GetBool(flag); return value }

// Program is what all commands have in common.
type Program struct {
	Name     string
	Settings string    // where settings come from: "AUTH_…"
	Commands []Command // the first is done when none is named
}

// Main runs the process. A signal ends the command, and a second signal ends the process at once.
func (p Program) Main() {
	ctx, stop := web.UntilStopped()
	defer stop()
	if err := p.Run(ctx, os.Args[1:], os.Stdout, web.NewLogger(os.Stderr, slog.LevelInfo)); err != nil {
		fmt.Fprintf(os.Stderr, "%s: %v\n", p.Name, err)
		os.Exit(1)
	}
}

// Run carries out a command line. Asking for help is never an error.
func (p Program) Run(ctx context.Context, args []string, out io.Writer, log *slog.Logger) error {
	if len(args) == 0 {
		args = []string{p.Commands[0].Words}
	}
	if args[0] == "help" {
		args = append(args[1:], "--help")
	}
	c, rest := p.find(args)
	if c == nil {
		return p.noCommand(args, out)
	}
	call := Call{Out: out, Log: log, flags: c.flags()}
	if err := call.flags.Parse(rest); errors.Is(err, pflag.ErrHelp) {
		_, err := io.WriteString(out, p.helpOf(*c))
		return err
	} else if err != nil {
		return p.wrongUse(*c, err.Error())
	}
	call.Args = call.flags.Args()
	if wrong := c.check(call); wrong != "" {
		return p.wrongUse(*c, wrong)
	}
	return c.Do(ctx, call)
}

// find takes as many words from the line as name a command.
func (p Program) find(args []string) (*Command, []string) {
	for i, c := range p.Commands {
		words := strings.Fields(c.Words)
		if len(args) >= len(words) && slices.Equal(args[:len(words)], words) {
			return &p.Commands[i], args[len(words):]
		}
	}
	return nil, nil
}

// noCommand prints help if it was asked for, also after the first word of a command: "keys --help".
func (p Program) noCommand(args []string, out io.Writer) error {
	if last := args[len(args)-1]; last == "--help" || last == "-h" {
		_, err := io.WriteString(out, p.help())
		return err
	}
	return fmt.Errorf("there is no command %q\n\n%s", strings.Join(args, " "), strings.TrimSpace(p.help()))
}
