package smtp

import (
	"errors"
	"fmt"
	"slices"

	gomail "github.com/wneessen/go-mail"
)

// Refusal is an error after the server was reached. Its text has the server's codes but not its words, which may name the
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

// OfMail tells whether the mail is at fault, and not the server. A broken connection is the server's fault, and so is a temporary
// failure (4yz) of anything but the recipient.
func (r *Refusal) OfMail() bool {
	return r.Code >= 500 || r.Code > 0 && r.reason == gomail.ErrSMTPRcptTo || slices.Contains(unfit, r.reason)
}

// ForGood tells whether the server will never take the mail to this recipient (5yz, RFC 5321, section 4.2.1): it must not be
// sent again unchanged. A refusal of the sender is not meant: the operator can correct that.
func (r *Refusal) ForGood() bool {
	return r.Code >= 500 && slices.Contains(aboutMail, r.reason)
}

var (
	// unfit has the reasons for which a mail is not offered to any server.
	unfit = []gomail.SendErrReason{gomail.ErrGetSender, gomail.ErrGetRcpts, gomail.ErrNoUnencoded}
	// aboutMail has the steps in which a server judges recipient and content.
	aboutMail = []gomail.SendErrReason{gomail.ErrSMTPRcptTo, gomail.ErrSMTPData, gomail.ErrSMTPDataClose}
)

// RefusedForGood tells whether err says that the mail must not be sent again.
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
