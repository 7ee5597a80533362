package admission

// Request is for the fuzz test: it reads what strangers send.
var Request = authorize
