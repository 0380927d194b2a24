package main

import (
	"errors"
	"fmt"
	"strings"

	"leeward/internal/vault"
)

const usageShares = `Usage: leeward-office shares COMMAND -data DIR [flags]

  shares rehearse   two holders type their shares back: only then can a device be enrolled
  shares new        makes three new shares in place of those before, which open the office no more

Three people hold one recovery share each: fourteen words on paper. Any two of them, and a backup, give
the office back when its passphrase or its machine is lost: "leeward-office restore -shares". One alone says
nothing. After "shares new" rehearse again; a backup that was made before still opens with the shares before.

  -shares-file FILE       rehearse: two shares, one on a line; asked for if left out
  -passphrase-file FILE   the office's passphrase; rehearse needs it only while serve is not running
`

const (
	msgSharesCommand = "shares takes one of rehearse and new, then flags"
	msgShare         = "%s share, its fourteen words: "
	msgSharesFile    = "The file with shares cannot be used: it has two shares, one on a line. "
	msgNotRehearsed  = "The recovery shares have not been tried yet, so no device can be enrolled: let two of their holders run \"leeward-office shares rehearse\". "
	msgNoShares      = "This office has no recovery shares. Make them with \"leeward-office shares new\". "
	msgOtherShares   = "These are not the recovery shares of this office. "
	sharesRehearsed  = "The two shares open this office. Devices can be enrolled now; let the holders put their paper away.\n"
	sharesNext       = "Next: leeward-office shares rehearse, with any two of them. Until then no device can be enrolled.\n"
)

const sharesText = `Recovery shares. Three people write down one each, alone, on paper, all fourteen words in their order. Any two
of them together, with a backup, give this office back when its passphrase or this machine is lost; one alone
says nothing. The words are shown only now:

`

// sharesShown lists shares for their holders.
func sharesShown(texts []string) string {
	var b strings.Builder
	b.WriteString(sharesText)
	for i, text := range texts {
		words := strings.Fields(text)
		half := len(words) / 2
		fmt.Fprintf(&b, "  share %d   %s\n            %s\n\n", i+1, strings.Join(words[:half], " "), strings.Join(words[half:], " "))
	}
	return b.String()
}

// tellShare says what is wrong with a share that was typed, and which word.
func tellShare(err error) error {
	e, ok := errors.AsType[*vault.ShareError](err)
	switch {
	case errors.Is(err, vault.ErrShareSame):
		return usageError("that is the same share as before; it takes two different ones")
	case errors.Is(err, vault.ErrShareSets):
		return usageError("these two shares were not made together: one may be of another office, or from before \"shares new\"")
	case !ok:
		return err
	case e.Count > 0:
		return usageError(fmt.Sprintf("a share has %d words, these are %d", vault.ShareWords, e.Count))
	case e.Word > 0:
		return usageError(fmt.Sprintf("word %d of the share, %q, is wrong: it may be %q", e.Word, e.Said, e.Mean))
	}
	return usageError("two or more words of the share are wrong, or words stand in another order: look at each again")
}
