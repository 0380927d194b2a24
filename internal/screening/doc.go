// Package screening is the vocabulary that the device, the courier and the office share: interviews
// and who took part in them, devices, batches, receipts, and the errors that people read.
//
// It holds types and their plainest rules, nothing that stores, seals or shows. Every type with
// personal data prints as a summary without any: see [Interview.Format] and the log test of the module.
package screening
