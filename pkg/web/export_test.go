package web

import "time"

// Hurry has a stream wait only so long until a piece is taken.
func (s *Stream) Hurry(patience time.Duration) { s.patience = patience }
