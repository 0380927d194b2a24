package casework

import "time"

// Release is one entry of the register of releases: which years were counted, when, by whom, and what was printed.
type Release struct {
	N     int64
	At    time.Time // when the office was asked
	Actor string
	From  int // first year
	To    int // last year
	Book  []byte
}
