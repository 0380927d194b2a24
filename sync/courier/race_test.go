//go:build race

package courier_test

// The race detector makes a run of the simulation ten times as long, and one goroutine runs at a time in it anyway.
func init() { *seeds = 40 }
