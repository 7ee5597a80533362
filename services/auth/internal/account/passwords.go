package account

import (
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"

	"crm.example/pkg/problem"
)

// Bounds of a password in bytes, normalised: bcrypt reads no more than 72 and would silently ignore the rest.
const (
	MinPassword = 8
	MaxPassword = 72
)

// CheckPassword is the rule for a new password (OWASP ASVS 5, 6.2): 8 to 72 bytes without NUL, not a common
// one, not the email. There is no rule about kinds of characters. It returns what is wrong, or nil.
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

// spellings are what the password may have been hashed as: normalised, or as it was typed, as passwords were before they were
// normalised. None is longer than can have been hashed.
func spellings(password string) []string {
	all := slices.Compact([]string{normalPassword(password), password})
	return slices.DeleteFunc(all, func(s string) bool { return len(s) > MaxPassword })
}

// checkAttempt refuses what cannot have been stored, before anybody is looked up: bcrypt would compare the
// first 72 bytes only, and stop at NUL.
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
