package bus

var BackOff = backOff
