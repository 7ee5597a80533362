package bus

// Wish is for the fuzz test: it reads what strangers send.
var Wish = admit
