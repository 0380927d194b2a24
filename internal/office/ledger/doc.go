// Package ledger grows and proves the office's log: a Merkle tree as RFC 6962, section 2.1, has it, over
// entries that name batches, outcomes, grants, revocations, erasures and bulletins, and nobody
// (sync/batch/FORMAT.md, Log).
//
// It keeps nothing itself. An engine of records keeps the nodes that [Grow] returns in the transaction that
// adds the data, so an entry without its data, or data without its entry, cannot be; and it lends them back
// as a [Reader] to prove what is committed. Nodes never change once they are kept, which is why [Cache] may
// remember them.
package ledger
