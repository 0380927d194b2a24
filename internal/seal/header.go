package seal

import "bytes"

// An age header to n hybrid recipients has one possible shape and length (FORMAT.md, Sealed bytes):
//
//	age-encryption.org/v1 LF
//	-> mlkem768x25519 SP enc LF          enc: 1,120 bytes in 1,494 characters of base64
//	body LF                              body: 32 bytes in 43 characters     … n times both
//	--- SP mac LF                        mac: 32 bytes in 43 characters
const (
	intro      = "age-encryption.org/v1\n"
	stanzaHead = "-> mlkem768x25519 "
	footHead   = "--- "
	encChars   = 1494
	keyChars   = 43 // 32 bytes in unpadded base64

	stanzaSize = len(stanzaHead) + encChars + 1 + keyChars + 1
	footSize   = len(footHead) + keyChars + 1
)

// headerSize is the length of the header to n recipients.
func headerSize(n int) int { return len(intro) + n*stanzaSize + footSize }

// checkHeader says whether sealed begins with an age header of exactly n hybrid stanzas and nothing
// else. The library alone accepts other kinds of stanza, and any number; so what it is given must
// leave it no choice. Values inside the base64 are the library's business.
func checkHeader(sealed []byte, n int) bool {
	if n < 1 || n > MaxRecipients || len(sealed) < headerSize(n) {
		return false
	}
	rest, ok := bytes.CutPrefix(sealed[:headerSize(n)], []byte(intro))
	for range n {
		ok = ok && bytes.HasPrefix(rest, []byte(stanzaHead))
		rest = rest[len(stanzaHead):]
		ok = ok && isLine(rest, encChars)
		rest = rest[encChars+1:]
		ok = ok && isLine(rest, keyChars)
		rest = rest[keyChars+1:]
		if !ok {
			return false
		}
	}
	return bytes.HasPrefix(rest, []byte(footHead)) && isLine(rest[len(footHead):], keyChars)
}

// isLine says whether b begins with n characters of base64 and a line feed. A line feed or a space among
// the n would let a stanza of another kind hide there.
func isLine(b []byte, n int) bool {
	for _, c := range b[:n] {
		switch {
		case 'A' <= c && c <= 'Z', 'a' <= c && c <= 'z', '0' <= c && c <= '9', c == '+', c == '/':
		default:
			return false
		}
	}
	return b[n] == '\n'
}
