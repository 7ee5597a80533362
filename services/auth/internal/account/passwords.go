package account

import (
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"

	"crm.example/pkg/problem"
)

// Limits of a normalised password in bytes: bcrypt reads at most 72 and silently ignores the rest.
const (
	MinPassword = 8
	MaxPassword = 72
)

// CheckPassword is the rule for a new password (OWASP ASVS 5, 6.2): 8 to 72 bytes without NUL, not a common
// one, not the email. There is no rule about kinds of characters. It returns the error, or nil.
func CheckPassword(pointer, password, email string, common func(string) bool) []problem.Field {
	switch password = normalPassword(password); {
	case len(password) < MinPassword:
		return field(pointer, problem.TooShort, "At least 8 bytes", map[string]any{"min": MinPassword})
	case len(password) > MaxPassword:
		return field(pointer, problem.TooLong, "At most 72 bytes", map[string]any{"max": MaxPassword})
	case strings.ContainsRune(password, 0):
		return field(pointer, problem.Invalid, "Without NUL characters", nil)
	case common(password) || isEmail(password, email):
		return field(pointer, problem.CommonPassword, "Not one that others would try first", nil)
	}
	return nil
}

// isEmail compares with the email and with the part before its @.
func isEmail(password, email string) bool {
	local, _, _ := strings.Cut(email, "@")
	return strings.EqualFold(password, email) || strings.EqualFold(password, local)
}

// normalPassword is the one spelling that is hashed: é may be typed as one character or as e with an accent, depending on
// the keyboard and its system (NIST SP 800-63B-4, 3.1.1.2).
func normalPassword(password string) string { return norm.NFC.String(password) }

// spellings are the forms in which the password may have been hashed: normalised, or as it was typed, as in earlier versions.
// Forms that are too long for a hash are left out.
func spellings(password string) []string {
	all := slices.Compact([]string{normalPassword(password), password})
	return slices.DeleteFunc(all, func(s string) bool { return len(s) > MaxPassword })
}

// checkAttempt refuses, before the user is looked up, a password that cannot have been stored: bcrypt would compare only
// the first 72 bytes, and stop at NUL.
func checkAttempt(password string) error {
	switch {
	case len(spellings(password)) == 0:
		return problem.NewInvalid(field("/password", problem.TooLong, "At most 72 bytes", map[string]any{"max": MaxPassword})...)
	case strings.ContainsRune(password, 0):
		return problem.NewInvalid(field("/password", problem.Invalid, "Without NUL characters", nil)...)
	}
	return nil
}

func field(pointer string, code problem.FieldCode, message string, params map[string]any) []problem.Field {
	return []problem.Field{{Pointer: pointer, Code: code, Message: message, Params: params}}
}
