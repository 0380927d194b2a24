//go:build race

package screens

// racing: the race detector makes setting type ten times slower, and has nothing to find where everything
// happens on one goroutine.
const racing = true
