package mongo

import (
	"context"
	"errors"

	driver "go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/x/mongo/driver/auth"
	"go.mongodb.org/mongo-driver/v2/x/mongo/driver/topology"

	"crm.example/pkg/problem"
)

// outages are the codes that do not mean a fault of the command, but of the server, its operator, or the moment.
var outages = []int{
	6, 7, 89, 9001, // host unreachable, not found, network
	11, 13, 18, 8000, // user, rights, password
	24, 46, 50, 202, 262, // locks and time limits
	64, 79, 91, 100, // write concern, shutting down
	133, 134, 189, 10058, 10107, 13388, 13435, 13436, 11600, 11602, // not primary, read concern not possible yet, interrupted
	112, 246, 251, // write conflict, snapshot, transaction
	43, 136, 175, // the cursor is gone
	39, 14031, // disk
	10334, 17280, 17419, 17420, // no room in the document: its outbox is full
	291, 462, // overloaded
}

// Translate turns an error of the driver that says nothing about the command (the server is away, has no primary, refuses
// the password, is too slow, or the context ended) into a problem `unavailable`. Any other error, such as
// ErrNoDocuments, a taken key or a problem, stays what it is.
func Translate(err error) error {
	var p *problem.Error
	if err == nil || errors.As(err, &p) || !isOutage(err) {
		return err
	}
	return problem.NewUnavailable(err)
}

func isOutage(err error) bool {
	if driver.IsTimeout(err) || driver.IsNetworkError(err) || errors.Is(err, context.Canceled) || errors.Is(err, driver.ErrClientDisconnected) {
		return true
	}
	var server driver.ServerError
	if errors.As(err, &server) {
		return isServerOutage(server)
	}
	return isLocalOutage(err)
}

func isServerOutage(err driver.ServerError) bool {
	var write driver.WriteException
	if errors.As(err, &write) && write.WriteConcernError != nil {
		return true // the write may still be lost
	}
	for _, label := range []string{"RetryableWriteError", "TransientTransactionError", "SystemOverloadedError"} {
		if err.HasErrorLabel(label) {
			return true
		}
	}
	for _, code := range outages {
		if err.HasErrorCode(code) {
			return true
		}
	}
	return err.HasErrorCodeWithMessage(2, "hint") // an index is missing; Ready names it
}

// isLocalOutage recognises the driver's own errors.
func isLocalOutage(err error) bool {
	var (
		selection  topology.ServerSelectionError
		connection topology.ConnectionError
		queue      topology.WaitQueueTimeoutError
		pool       topology.PoolError
		handshake  *auth.Error
	)
	return errors.As(err, &selection) || errors.As(err, &connection) || errors.As(err, &queue) || errors.As(err, &pool) ||
		errors.As(err, &handshake) || errors.Is(err, topology.ErrServerClosed)
}

// IsDuplicate tells whether a write failed because a unique index already has the value.
func IsDuplicate(err error) bool { return driver.IsDuplicateKeyError(err) }
