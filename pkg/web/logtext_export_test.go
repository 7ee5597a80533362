package web

// The two forms of the log, on any writer.
var (
	TextHandler = textHandler
	JSONHandler = jsonHandler
)
