// Package store keeps the records of one device: interviews with every answer, the outbox of sealed
// batches, the enrolment, questionnaires and settings, in one encrypted SQLite file (internal/encvfs).
//
// # Contract
//
// What a caller may rely on:
//
//   - A method that returned nil is on disk: one transaction, synchronous=FULL. kill -9 at any moment
//     loses nothing that was acknowledged and leaves nothing half done.
//   - Saves, and everything that erases, are not cut short by the caller's context: closing a window
//     must not lose an answer. They are bounded by a timeout instead.
//   - Answers are appended, never overwritten. [Store.Strike], [Store.Complete] (answers that are no
//     longer relevant), [Store.Withdraw], [Store.Erase] and [Store.Purge] really delete: afterwards not
//     even the key finds anything in the file or its log (scrub.go). Each may be repeated after an
//     error, and then sees the erasing through; so does the next opening. What flash memory remaps is
//     beyond reach, and encrypted.
//   - A readable copy is purged only after a receipt of level OPENED that shows the batch's own proof.
//     Sealed batches stay.
//   - A person's interview that lies in a sealed batch cannot be taken out of it: its withdrawal is
//     queued and travels after it.
//
// Times are INTEGER milliseconds UTC and order nothing; answers are ordered by their sequence number,
// batches by theirs. Errors that a person reads carry a [screening.Code].
//
// The store holds one connection. A transaction takes a millisecond or so, and an erase never has to
// wait for a reader that still looks at the old pages.
package store
