package password

import (
	_ "embed"
	"strings"
)

//go:embed common.txt
var common string

// Common tells whether a password is among the 10,000 commonest of 8 or more characters, whatever the
// case of its letters (OWASP ASVS 5, V6.2.4). Searching the text takes microseconds, and no memory for an index.
func Common(password string) bool {
	return !strings.ContainsAny(password, "\n#") && strings.Contains(common, "\n"+strings.ToLower(password)+"\n")
}
