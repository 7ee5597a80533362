package testenv

// WithDatabase names the database in a URI.
var WithDatabase = withDatabase
