// Package intake is the office's end of the road: it takes sealed batches in, records each exactly
// once, opens them, and says what happened in signed receipts.
//
// The order never changes (sync/batch/FORMAT.md, Order of checks): bounds, parse, is the device known,
// verify its signature, verify the payload root, record in one transaction; only then open, read
// strictly, evaluate each interview with the very questionnaire it was asked with, and record what was
// read in a second transaction. A receipt is signed after the commit that it speaks of, never before.
//
// What cannot be opened stays, sealed and quarantined; what was recorded and not yet opened is taken up
// again by [Intake.Resume]. One bad record holds up no other record, one bad batch no other batch.
package intake
