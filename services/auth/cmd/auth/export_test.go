package main

// Run is the command without the process around it, and Markdown the table of its commands.
var Run, Markdown = program.Run, program.Markdown
