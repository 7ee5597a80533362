package smtp

import (
	"errors"
	"fmt"
	"slices"

	gomail "github.com/wneessen/go-mail"
)

// Refusal is what went wrong once the server was there. Its text has the server's codes and not its words, which name the
// recipient.
type Refusal struct {
	Code     int    // of RFC 5321; 0 where the connection broke
	Enhanced string // of RFC 3463, such as 5.1.1; may be empty
	reason   gomail.SendErrReason
}

func (r *Refusal) Error() string {
	switch {
	case r.Code == 0:
		return fmt.Sprintf("send mail: failed while %s", r.reason)
	case r.Enhanced == "":
		return fmt.Sprintf("send mail: the mail server answers %d while %s", r.Code, r.reason)
	}
	return fmt.Sprintf("send mail: the mail server answers %d %s while %s", r.Code, r.Enhanced, r.reason)
}

// OfMail tells what is about the mail from what is about the server: a connection that broke, or a temporary failure (4yz) of
// anything but the recipient.
func (r *Refusal) OfMail() bool {
	return r.Code >= 500 || r.Code > 0 && r.reason == gomail.ErrSMTPRcptTo || slices.Contains(unfit, r.reason)
}

// ForGood tells whether the server will never take the mail to this recipient (5yz, RFC 5321, section 4.2.1): it must not be
// sent again as it is. What it says against the sender is the operator's to mend, and is not meant.
func (r *Refusal) ForGood() bool {
	return r.Code >= 500 && slices.Contains(aboutMail, r.reason)
}

var (
	// unfit are the reasons of mails that no server is asked to take.
	unfit = []gomail.SendErrReason{gomail.ErrGetSender, gomail.ErrGetRcpts, gomail.ErrNoUnencoded}
	// aboutMail are the steps in which a server judges recipient and content.
	aboutMail = []gomail.SendErrReason{gomail.ErrSMTPRcptTo, gomail.ErrSMTPData, gomail.ErrSMTPDataClose}
)

// RefusedForGood tells whether err says that the mail is not to be sent again.
func RefusedForGood(err error) bool {
	var r *Refusal
	return errors.As(err, &r) && r.ForGood()
}

func judged(err error) error {
	var failure *gomail.SendError
	switch {
	case err == nil:
		return nil
	case !errors.As(err, &failure):
		return fmt.Errorf("send mail: %w", err)
	case failure.Reason == gomail.ErrSMTPReset: // the mail was taken before
		return nil
	}
	return &Refusal{Code: failure.ErrorCode(), Enhanced: failure.EnhancedStatusCode(), reason: failure.Reason}
}
