package problem_test

import (
	"errors"
	"fmt"
	"regexp"
	"testing"

	"crm.example/pkg/problem"
)

func TestKindsAreWhole(t *testing.T) {
	t.Parallel()
	code := regexp.MustCompile(`^[a-z]+(-[a-z]+)*$`)
	seen := map[problem.Code]bool{}
	last := 0
	for _, k := range problem.Kinds {
		switch {
		case !code.MatchString(string(k.Code)):
			t.Errorf("%q is not kebab-case", k.Code)
		case seen[k.Code]:
			t.Errorf("%s stands twice", k.Code)
		case k.Status < 400 || k.Status > 599 || k.Status < last:
			t.Errorf("%s: status %d is no error or out of order", k.Code, k.Status)
		case k.Title == "" || k.About == "" || k.Remedy == "":
			t.Errorf("%s lacks a text", k.Code)
		}
		seen[k.Code], last = true, k.Status
	}
}

func TestFromFindsWrappedProblem(t *testing.T) {
	t.Parallel()
	wrapped := fmt.Errorf("find ticket: %w", problem.New(problem.NotFound, "No such ticket"))
	if p := problem.From(wrapped); p.Code != problem.NotFound || p.Kind().Status != 404 {
		t.Errorf("From(wrapped 404) = %v", p)
	}
	if !problem.Is(wrapped, problem.NotFound) || problem.Is(wrapped, problem.Internal) {
		t.Error("Is does not see through the wrapping")
	}
	if p := problem.From(errors.New("boom")); p.Code != problem.Internal || p.Detail != "" {
		t.Errorf("From(other) = %+v, want internal without a detail", p)
	}
}
