package main

// Run is the command without the process around it.
var Run = program.Run
