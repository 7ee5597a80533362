package main

var Complete = complete
