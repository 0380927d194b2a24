// Package seal is the one envelope of the module: sealed to recipients with age, signed with Ed25519.
//
// Sealing uses age's hybrid recipients (ML-KEM-768 with X25519) and no others, so that what is recorded
// today cannot be opened by a quantum computer later. Every signature stands in a [Namespace], so that
// what was signed for one purpose is worth nothing for another. FORMAT.md has the bytes.
//
// Errors are sentinels of this package and never quote the input: those of the age library may.
package seal
