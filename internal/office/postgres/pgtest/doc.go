// Package pgtest runs a real PostgreSQL for tests: a cluster in a temporary folder, reached through a socket
// there and through no network. It is imported by tests only.
package pgtest
