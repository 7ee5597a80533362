package e2e_test

import (
	"net/http"
	"strconv"
	"testing"

	"crm.example/e2e/crm"
)

const newPassword = "another phrase of the suite"

// wrongPIN differs from a PIN in its last digit.
func wrongPIN(pin string) string {
	last, _ := strconv.Atoi(pin[len(pin)-1:])
	return pin[:len(pin)-1] + strconv.Itoa((last+1)%10)
}

// A PIN is good for five tries; the sixth fails even if it is right, and a new PIN helps.
func TestPINHasFiveTries(t *testing.T) {
	t.Parallel()
	client := stranger(t).SignUpClient("Client One")
	pin := client.AskForPIN(client.User.Email)
	for range 5 {
		client.ResetPassword(client.User.Email, wrongPIN(pin), newPassword).WantProblem(http.StatusUnprocessableEntity, "pin-invalid")
	}
	client.ResetPassword(client.User.Email, pin, newPassword).WantProblem(http.StatusUnprocessableEntity, "pin-invalid")
	client.Get("/v1/user").Want(http.StatusOK) // a stranger's wrong tries end no session

	pin = client.AskForPIN(client.User.Email)
	client.ResetPassword(client.User.Email, pin, newPassword).Want(http.StatusNoContent)
}

// A new PIN takes the place of the one before.
func TestOnlyTheNewestPINCounts(t *testing.T) {
	t.Parallel()
	user := stranger(t).SignUp("Client One", crm.Email("client"))
	first := stranger(t).AskForPIN(user.Email)
	second := stranger(t).AskForPIN(user.Email)
	stranger(t).ResetPassword(user.Email, first, newPassword).WantProblem(http.StatusUnprocessableEntity, "pin-invalid")
	stranger(t).ResetPassword(user.Email, second, newPassword).Want(http.StatusNoContent)
}

// However many send the right PIN at once, the password changes once.
func TestPINIsUsedOnce(t *testing.T) {
	t.Parallel()
	client := stranger(t).SignUpClient("Client One")
	pin := client.AskForPIN(client.User.Email)
	answers := atOnce(5, func(i int) crm.Answer { // as many as a PIN has tries
		return client.ResetPassword(client.User.Email, pin, newPassword+strconv.Itoa(i))
	})
	changed := 0
	for _, answer := range answers {
		if answer.Status == http.StatusNoContent {
			changed++
			continue
		}
		answer.WantProblem(http.StatusUnprocessableEntity, "pin-invalid")
	}
	if changed != 1 {
		t.Errorf("the password changed %d times", changed)
	}
	client.Get("/v1/user").WantProblem(http.StatusForbidden, "token-revoked")
}

// A PIN belongs to the account that it was mailed to.
func TestPINOfSomebodyElse(t *testing.T) {
	t.Parallel()
	one, two := stranger(t).SignUpClient("Client One"), stranger(t).SignUpClient("Client Two")
	pin := one.AskForPIN(one.User.Email)
	two.ResetPassword(two.User.Email, pin, newPassword).WantProblem(http.StatusUnprocessableEntity, "pin-invalid")
	two.Get("/v1/user").Want(http.StatusOK)
}
