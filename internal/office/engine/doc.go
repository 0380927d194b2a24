// Package engine keeps an office's records in SQL that SQLite and PostgreSQL read alike. It is behind intake,
// which records batches, and behind the dashboard, which shows them; both declare what they need of it
// (intake.Ledger, intake.Register, dashboard.Records, dashboard.Staff). A database is a Backend:
// internal/office/sqlite is one encrypted file, internal/office/postgres a server.
//
// # Promises
//
// Each exported method is one transaction, durable when it returns. A batch is recorded once, whatever
// its number of arrivals, because its id is a primary key; a second header under the same (device,
// epoch, seq) is kept as an incident, never as a batch. What a receipt says is read from stored rows, so
// the same question gets the same answer for ever. When consent is taken back, every readable row of
// the interview goes in the transaction that records it, and the database is scrubbed after it.
//
// There is one writer at a time and several readers; readers see committed states only.
package engine
