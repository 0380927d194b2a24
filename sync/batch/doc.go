// Package batch is the bytes that travel between a device and its office: numbered, signed and sealed
// batches, the office's receipts, and what enrolment exchanges. FORMAT.md has every byte.
//
// A batch is made by [Pack] and read in three steps that cannot be taken out of order, because each is a
// method of what the step before gives: [Parse] gives an [Envelope], [Envelope.Verify] a [Verified],
// [Verified.Open] the [Contents]. Nothing is decrypted before its signature verified, and nothing is
// decoded before it was decrypted.
//
// Everything decoded here is strict: one byte sequence for one meaning. What parses encodes to the same
// bytes again, unknown fields are refused, lengths are bounded before memory is taken for them. Errors
// carry a code of the wire (FORMAT.md, Codes) in a screening.Error, and never a word of what was said.
package batch
