// Leeward-office is the regional office: one program, one folder. It takes sealed batches in from
// devices, and shows reviewers the interviews that were in them.
//
// The folder (-data) holds
//
//	office.vault   the office's keys, behind its passphrase
//	office.db      the records, encrypted with a key from the vault
//	root.1         the signed root document: what devices trust; root.2 and so on follow it, the last one holds
//	control.sock   while serve runs: where the other commands reach it
//	holders/       until they are carried away: root keys and the escrow identity, one file a holder
//
// Only one program at a time owns the folder. While serve does, enrol and stats ask it over the socket;
// otherwise they open the folder themselves. Every message for people stands in words.go.
package main
