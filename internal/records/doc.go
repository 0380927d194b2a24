// Package records is what a device's store and an office's embedded database have in common: numbered
// migrations that refuse what is not theirs or newer than they are, and codes for whatever the encrypted
// file beneath can go wrong with.
package records
