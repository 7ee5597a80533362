package command

import (
	"fmt"
	"strings"

	"github.com/spf13/pflag"
)

func (c Command) flags() *pflag.FlagSet {
	set := pflag.NewFlagSet(c.Words, pflag.ContinueOnError)
	set.Usage = func() {}
	if c.Flags != nil {
		c.Flags(set)
	}
	return set
}

// check says which argument is missing or too much; "" means none.
func (c Command) check(call Call) (wrong string) {
	names := strings.Fields(c.Args)
	least := len(names) - strings.Count(c.Args, "[")
	switch n := len(call.Args); {
	case n > len(names):
		return fmt.Sprintf("%q is too much", call.Args[len(names)])
	case n < least:
		return names[n] + " is missing"
	}
	call.flags.VisitAll(func(f *pflag.Flag) {
		if f.Value.Type() == "string" && f.Value.String() == "" {
			wrong = "--" + f.Name + " is missing"
		}
	})
	return wrong
}

// line is how the command is written: user grant-role --email EMAIL --role ROLE.
func (c Command) line() string {
	parts := []string{c.Words}
	c.flags().VisitAll(func(f *pflag.Flag) {
		value, _ := pflag.UnquoteUsage(f)
		if f.Value.Type() == "bool" {
			parts = append(parts, "[--"+f.Name+"]")
			return
		}
		parts = append(parts, "--"+f.Name+" "+value)
	})
	if c.Args != "" {
		parts = append(parts, c.Args)
	}
	return strings.Join(parts, " ")
}

func (p Program) help() string {
	var text strings.Builder
	fmt.Fprintf(&text, "usage: %s [command], with settings from %s in the environment\n", p.Name, p.Settings)
	for _, c := range p.Commands {
		fmt.Fprintf(&text, "\n  %s\n      %s\n", c.line(), strings.ReplaceAll(c.Doc, "\n", "\n      "))
	}
	fmt.Fprintf(&text, "\n%s COMMAND --help tells of one of them. Without a command: %s.\n", p.Name, p.Commands[0].Words)
	return text.String()
}

var cell = strings.NewReplacer("|", `\|`, "\n", " ")

// Markdown writes the table of all commands for a page.
func (p Program) Markdown() string {
	text := "| command | what it does |\n|---|---|\n"
	for _, c := range p.Commands {
		text += "| `" + cell.Replace(p.Name+" "+c.line()) + "` | " + cell.Replace(c.Doc) + " |\n"
	}
	return text
}

func (p Program) helpOf(c Command) string {
	text := fmt.Sprintf("usage: %s %s\n\n%s\n", p.Name, c.line(), c.Doc)
	if flags := c.flags(); flags.HasFlags() {
		text += "\n" + flags.FlagUsages()
	}
	return text
}

func (p Program) wrongUse(c Command, wrong string) error {
	return fmt.Errorf("%s\nusage: %s %s", wrong, p.Name, c.line())
}
