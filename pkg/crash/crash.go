// Package crash ends the process at a named point, as kill -9 would, for the tests of what crashes leave behind, or stops it
// there until it is let go on, as a machine that stalls would. Only a program that was built with the tag chaos can be told to:
// by CRM_CRASH_AT=<point>:<time>, such as after-write:3 for the third time that it gets there, or by CRM_STOP_AT=<point>:<times>
// for each third time. In all others a point is nothing.
package crash

// The points, in the order in which a change and its event pass them.
const (
	BeforeWrite   = "before-write"   // a request has come, nothing is stored
	AfterWrite    = "after-write"    // change and event are stored, nobody has been told
	BeforePublish = "before-publish" // the event was read from the outbox
	InsideBatch   = "inside-batch"   // a part of what is published has left the process
	AfterPublish  = "after-publish"  // all of it has, no acknowledgement has been seen
	BeforeRemoval = "before-removal" // the stream has the event, and so has the outbox
)

// Points are all of them.
var Points = []string{BeforeWrite, AfterWrite, BeforePublish, InsideBatch, AfterPublish, BeforeRemoval}
