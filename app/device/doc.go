// Package device is a whole device without its window: the vault, the store and the courier, opened with a
// passphrase and closed again. It is the one place where these concrete things meet; the app gives it to
// the screens, the load tool drives many of them, and the road test cuts them at every step.
//
// A device is one folder:
//
//	vault      private keys behind passphrases (internal/vault)
//	store.db   interviews, encrypted (internal/store)
//	outbox/    sealed batches as files, to be handed in even when nobody knows the passphrase
//	capsules/  the pool of recovery copies: always as many files, of one size (internal/vault/FORMAT.md, Pool)
//
// All methods are safe for use by several goroutines. Locking waits for what is under way and cuts off what
// waits for the network; nothing that was saved depends on it.
package device
