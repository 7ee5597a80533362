package smtp

// SetMachine has the machine be called otherwise.
func (s *Server) SetMachine(name func() (string, error)) { s.machine = name }
