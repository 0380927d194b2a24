// Package sqlite is the office's embedded database: one SQLite file, encrypted page by page
// (internal/encvfs), with the tables and queries of internal/office/engine.
package sqlite
