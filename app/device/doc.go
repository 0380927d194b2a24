// Package device is a whole device without its window: the vault, the store and the courier, opened with a
// passphrase and closed again. It is the one place where these concrete things meet; the app gives it to
// the screens, the load tool drives many of them, and the road test cuts them at every step.
//
// A device is one folder:
//
//	vault         private keys behind passphrases, in two halves of which one may be nobody's (internal/vault)
//	store0.db …   interviews, encrypted: of one half of the vault each (internal/store)
//	capsules0/ …  the pools of recovery copies: always as many files, of one size (internal/vault/FORMAT.md, Pool)
//	outbox/       sealed batches as files, to be handed in even when nobody knows the passphrase
//	recovery      what the office gives access back with, sealed to it
//	left-…/       what a wipe left: outbox, capsules and recovery of the device that was here before
//
// All methods are safe for use by several goroutines. Locking waits for what is under way and cuts off what
// waits for the network; nothing that was saved depends on it.
package device
