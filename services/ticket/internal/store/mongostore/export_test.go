package mongostore

// ListQuery and Schema are what every list rests on.
var (
	ListQuery = listQuery
	Schema    = schema
)
