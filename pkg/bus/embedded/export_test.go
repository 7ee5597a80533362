package embedded

// Admit is for the fuzz test: it reads what strangers send.
var Admit = admit
