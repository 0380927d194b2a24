//go:build !unix

package pgtest

// lower has nothing to do: only on Unix does PostgreSQL refuse an all-powerful user.
func (s *Server) lower() error { return nil }
