package mongo

import (
	"context"
	"errors"
	"fmt"
	"time"

	"crm.example/pkg/problem"
)

// prepareWithin is long, since an index over millions of documents takes time. A caller waits no longer than its own
// context.
const prepareWithin = 10 * time.Minute

// Ready tells in a sentence, which anybody may see, why the service cannot work: the server is away, or an index that it needs
// is missing or has another form. Such an index is made only when the program starts, so that it does not come back by itself after
// somebody dropped it.
func (db *DB) Ready(ctx context.Context) error {
	if err := db.Prepare(ctx); err != nil {
		return sentence(err)
	}
	for _, c := range db.schema.Collections {
		name, err := db.missing(ctx, c)
		if err != nil {
			return sentence(Translate(err))
		}
		if name != "" {
			return fmt.Errorf("The collection %s has no index %s as this version needs it: drop another of that name, if there is one, and start the service again to make it", c.Name, name)
		}
	}
	return nil
}

// unready is an outage that the operator must end. The cause is for the log, since it may have text of users.
func unready(cause error, format string, args ...any) error {
	return &problem.Error{Code: problem.Unavailable, Detail: fmt.Sprintf(format, args...), RetryAfter: time.Second, Cause: cause}
}

func sentence(err error) error {
	if p := problem.From(err); p.Code == problem.Unavailable && p.Detail != "" {
		return errors.New(p.Detail)
	}
	return errors.New("MongoDB does not answer as it should")
}
