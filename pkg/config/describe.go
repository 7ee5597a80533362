package config

import (
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
)

// Row describes one setting in the generated reference.
type Row struct {
	Env     string // the environment variable
	Default string // in the form of the variable; empty for a secret
	Doc     string
	Secret  bool // may also be in the file that Env_FILE names
}

// Rows describes the settings of a struct that holds the defaults, in the order of its fields.
func Rows(prefix string, defaults any) []Row {
	var rows []Row
	for _, s := range settings(prefix, defaults) {
		row := Row{Env: s.env, Doc: s.doc, Secret: s.secret}
		if !s.secret {
			row.Default = s.text()
		}
		rows = append(rows, row)
	}
	return rows
}

// Markdown is Rows as a table.
func Markdown(prefix string, defaults any) string {
	var b strings.Builder
	b.WriteString("| variable | default | meaning |\n|---|---|---|\n")
	for _, r := range Rows(prefix, defaults) {
		byDefault, doc := "", r.Doc
		if r.Default != "" {
			byDefault = "`" + r.Default + "`"
		}
		if r.Secret {
			doc += fmt.Sprintf(" (secret; or `%s_FILE` names a file that holds it)", r.Env)
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s |\n", r.Env, cell(byDefault), cell(doc))
	}
	return b.String()
}

func cell(text string) string { return strings.ReplaceAll(text, "|", `\|`) }

// passwordInURL is the part between user and host: amqp://user:THIS@host.
var passwordInURL = regexp.MustCompile(`(://[^:/@\s]*:)[^/\s]*@`)

// Masked lists the effective settings as arguments for slog. A secret is "***", or "" when it is not
// set; a password inside a URL is masked too (OWASP ASVS 5, 16.2.5).
func Masked(prefix string, cfg any) []any {
	var args []any
	for _, s := range settings(prefix, cfg) {
		text := passwordInURL.ReplaceAllString(s.text(), "${1}***@")
		if s.secret && text != "" {
			text = "***"
		}
		args = append(args, s.env, text)
	}
	return args
}

// Changed is Masked without the settings that have their default.
func Changed(prefix string, defaults, cfg any) []any {
	var args []any
	before, now := settings(prefix, defaults), settings(prefix, cfg)
	masked := Masked(prefix, cfg)
	for i := range now {
		if before[i].text() != now[i].text() {
			args = append(args, masked[2*i], masked[2*i+1])
		}
	}
	return args
}

// Show writes the settings of Masked in the form of the environment, one in each line.
func Show(out io.Writer, masked []any) error {
	var text strings.Builder
	for pair := range slices.Chunk(masked, 2) {
		fmt.Fprintf(&text, "%v=%v\n", pair...)
	}
	_, err := io.WriteString(out, text.String())
	return err
}
