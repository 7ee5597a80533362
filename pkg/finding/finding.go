// Package finding marks failures of tests that a busy machine cannot explain, such as lost data.
package finding

import (
	"fmt"
	"os"
	"testing"
)

// Errorf is t.Errorf, and adds the sentence to the file that FINDINGS names, if it names one. `.ci/run` then exits with 3.
func Errorf(t testing.TB, format string, args ...any) {
	t.Helper()
	t.Errorf(format, args...)
	if path := os.Getenv("FINDINGS"); path != "" {
		if err := add(path, fmt.Sprintf("%s: %s\n", t.Name(), fmt.Sprintf(format, args...))); err != nil {
			t.Errorf("write the finding down: %v", err)
		}
	}
}

// Fatalf is Errorf, and ends the test.
func Fatalf(t testing.TB, format string, args ...any) {
	t.Helper()
	Errorf(t, format, args...)
	t.FailNow()
}

// add appends in one write, since test programs run side by side.
func add(path, sentence string) error {
	file, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = file.WriteString(sentence)
	if closed := file.Close(); err == nil {
		err = closed
	}
	return err
}
