// Package vault keeps the private keys of a device or an office in one file, locked by passphrases.
//
// A vault signs, opens and answers for TLS; it never hands a private key out. It lends one thing, the
// key of the encrypted store, to package encvfs. After [Vault.Lock] everything that it gave refuses
// with [ErrLocked].
//
// The file, the order of its checks and what it does and does not withstand are in FORMAT.md.
package vault
