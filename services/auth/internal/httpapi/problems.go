package httpapi

import (
	"slices"

	"crm.example/pkg/problem"
	"crm.example/services/auth/internal/account"
)

// withRules adds to the errors of a body's form the errors of the rules for email and new password,
// so that a person sees all of them at once. A field that has an error already is not checked again.
func (h handlers) withRules(err error, email, pointer, password string) error {
	shape := problem.From(err)
	if shape.Code != problem.InvalidInput || faulty(shape.Fields, "") {
		return err
	}
	for _, rule := range h.rules(email, pointer, password) {
		if !faulty(shape.Fields, rule.Pointer) {
			shape.Fields = append(shape.Fields, rule)
		}
	}
	return shape
}

func (h handlers) rules(email, pointer, password string) (wrong []problem.Field) {
	normal, err := account.NormalizeEmail(email)
	if err != nil {
		wrong = problem.From(err).Fields
	}
	return append(wrong, account.CheckPassword(pointer, password, normal, h.accounts.Common)...)
}

func faulty(fields []problem.Field, pointer string) bool {
	return slices.ContainsFunc(fields, func(f problem.Field) bool { return f.Pointer == pointer })
}

// gone is the answer to a token whose user does not exist any more.
func gone(err error) error {
	if problem.Is(err, problem.NotFound) {
		return problem.New(problem.TokenRevoked, "")
	}
	return err
}
