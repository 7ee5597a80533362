package feed

// ParsePosition is for the fuzz test.
func ParsePosition(id string) (text string, ok bool) {
	p, ok := parsePosition(id)
	return p.String(), ok
}
