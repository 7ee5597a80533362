package ticket

// InTable tells whether the table has moves for what the role does.
func InTable(r Role, do Action) bool { return table[r][do].moves != nil }

// Rows counts the actions of all roles that have moves.
func Rows() (n int) {
	for _, actions := range table {
		for _, row := range actions {
			if row.moves != nil {
				n++
			}
		}
	}
	return n
}

// ReportOf is what a report makes of its facts.
var ReportOf = reportOf
