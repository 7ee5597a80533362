//go:build !chaos

package crash_test

import (
	"testing"

	"crm.example/pkg/crash"
)

// A program as it is delivered cannot be told to crash.
func TestNothingCrashesWithoutTheTag(t *testing.T) {
	for _, point := range crash.Points {
		t.Setenv("CRM_CRASH_AT", point+":1")
		t.Setenv("CRM_STOP_AT", point+":1")
		crash.At(point)
		if crash.Planned(point) {
			t.Errorf("%s is planned", point)
		}
	}
}
