//go:build !linux

package pgtest

import "time"

// Worked is how long processors worked for the cluster since it was started; 0 where that cannot be told.
func (s *Server) Worked() time.Duration { return 0 }
