// Package courier is the device's end of the road: it seals what is finished, carries the sealed batches to
// the office and brings receipts back.
//
// What it says of a batch is always backed by something: SENT by an answer to all of its bytes, STORED and
// OPENED by a receipt that the office signed for this device, this epoch and this batch, OPENED also by a
// proof that only somebody who decrypted the batch can compute. Whatever is cut on the way, a retry sends the
// very same bytes, and asks first whether they are there already.
//
// The office is recognised by one key, which the enrolment fixed. No certificate authority, no name and no
// date takes part, so neither a wrong clock nor a false certificate changes who is trusted.
package courier
