// Package postgres keeps an office's records in PostgreSQL 15 or later, with the tables and queries of
// internal/office/engine, in a schema of its own named "leeward".
//
// The server is not trusted with what people said: every column that holds some of it is encrypted by the
// office before it leaves (seal.Box, under a key derived from the office's data key), and payloads are sealed
// to the office's keys as they came. A dump holds codes, times, counts, levels of need and languages. What a
// withdrawal deletes is vacuumed away; the server's own log and backups keep what is encrypted there until
// they expire.
package postgres
