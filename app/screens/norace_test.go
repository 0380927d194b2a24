//go:build !race

package screens

const racing = false
