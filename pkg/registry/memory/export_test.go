package memory

// Size counts the entries held, those that have ended included.
func (r *Registry) Size() (tokens, windows int) {
	for _, u := range r.users.entries {
		tokens += len(u)
	}
	return tokens, len(r.windows.entries)
}

// Most is the number of ended entries that may wait for their sweep.
const Most = smallest
