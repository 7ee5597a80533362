// Package crash is for tests of crashes. It ends the process at a named point, as kill -9 would, or stops it there until it may
// go on, as a machine that stalls would. Only a program that was built with the tag chaos does so:
// with CRM_CRASH_AT=<point>:<n> it ends the n-th time that it gets to the point, and with CRM_STOP_AT=<point>:<n> it stops each
// n-th time. In other programs a point does nothing.
package crash

// The points, in the order in which a change and its event pass them.
const (
	BeforeWrite   = "before-write"   // a request has come, nothing is stored
	AfterWrite    = "after-write"    // change and event are stored, the request is not answered yet
	BeforePublish = "before-publish" // the event was read from the outbox
	InsideBatch   = "inside-batch"   // a part of the events has left the process
	AfterPublish  = "after-publish"  // all of them have left it, no acknowledgement has been seen
	BeforeRemoval = "before-removal" // the stream has the event, and so has the outbox
)

// Points are all of them.
var Points = []string{BeforeWrite, AfterWrite, BeforePublish, InsideBatch, AfterPublish, BeforeRemoval}
