package main

import (
	"crypto/sha256"
	"fmt"
	"strings"

	"leeward/sync/batch"
)

const usageRoot = `Usage: leeward-office root COMMAND [flags]

What devices trust of an office stands in its root document, which its holders sign. When a holder leaves, a key may be
known to others, or another escrow shall read, they sign the next one; devices follow by themselves, by network or stick.

  root show                           what devices trust now
  root key -o FILE.vault              make the key of a new holder, and FILE.pub for who drafts
  root draft -o NEXT [what changes]   write the next root, signed by nobody; serve has to be stopped
  root sign -key root-1.vault NEXT    a holder reads what it says and signs, where the key is; needs no office
  root take NEXT                      make it this office's own; serve has to be stopped

What changes:
  -drop N                 the root key with this number in "root show" goes
  -add FILE.pub           this root key comes
  -threshold N            so many holders have to sign from now on
  -escrow FILE            this recipient (age1pq…) reads beside the office what is sealed from now on. What was sealed
                          before, the escrow before it still reads: keep that key
  -online                 a fresh key for receipts and news
  -restored               the office came back from a copy, and devices that saw more of its log follow it from there:
                          they hand in again what it lost. Sign this only where you know of the restore

So many holders as the root before demanded, of those that both have, have to sign: no more keys can change at once than
that leaves. All roots stay in the folder, for devices that were away for long.

  -json                   answer in JSON (show, key)
  -key-passphrase-file F  the holder's six words, on one line; asked for if left out
  -passphrase-file FILE   of the office
`

const (
	msgRootCommand = "root takes one of show, key, draft, sign and take, then flags; sign and take one file"
	msgRootOut     = "-o FILE is needed"
	msgRootDrop    = "-drop takes the number of a key in \"leeward-office root show\""
	msgRootSign    = "-key FILE is needed, the vault of a holder"
	msgRootWrite   = "The file cannot be written, or is there already. "
	msgBadNext     = "That is no root document of this kind: too few keys, a key twice, or a threshold that cannot be. "
	msgBadReader   = "That file holds no recipient: one line that begins with age1pq. "
	msgBadPublic   = "That file holds no public key: \"leeward-office root key\" writes one. "
	msgNothingNew  = "Say what shall change: -drop, -add, -threshold, -escrow, -online or -restored. "
	msgNotRestored = "This office was not made from a copy. "
	msgNotItsKey   = "The root does not name that key; a holder who leaves does not sign. "
	msgNotNext     = "It does not follow this office's root: too few of its holders have signed, or it was made after another one. "
	msgOtherKeys   = "It names keys that this office does not have: draft it here. "
)

const (
	rootShown   = "root %d, fingerprint %x\n%s"
	rootKeyMade = "%s holds the key. Its holder carries it away, and these six words on paper; they are shown only now:\n  %s\n%s is its public half, for \"leeward-office root draft -add\":\n  %s\n"
	rootDrafted = "%sis in %s. %d holders sign it: leeward-office root sign -key root-1.vault\n"
	rootAsked   = "You are asked to sign root %d of %q:\n%s"
	rootSigned  = "Signed by %d. %s needs %d more.\n"
	rootTaken   = "Root %d is this office's own. Start serve again; devices follow it when they call, or by stick. Take a backup.\n"
)

// saidRoot is what holders compare before they sign.
func saidRoot(r batch.Root) string {
	var b strings.Builder
	fmt.Fprintf(&b, "  holders    %d, of whom %d have to sign\n", len(r.Keys), r.Threshold)
	for n, k := range r.Keys {
		fmt.Fprintf(&b, "    %d        %x\n", n+1, k)
	}
	fmt.Fprintf(&b, "  online     %x\n", r.Online)
	for n, to := range r.Payload {
		fmt.Fprintf(&b, "  reader %d   %x\n", n+1, sha256.Sum256([]byte(to.String())))
	}
	if r.Branch.Size > 0 {
		fmt.Fprintf(&b, "  restored   the office came back from a copy: devices forget what they saw of its log after entry %d\n", r.Branch.Size)
	}
	return b.String()
}
