package main

const usageRecover = `Usage: leeward-office recover -data DIR -request FILE -words "..." -answer FILE [flags]
       leeward-office recover -data DIR -add [flags]

Gives access back to a device whose passphrase is forgotten. Two people of the office do it together, each with
a passphrase of their own; -add makes one for a second person, and prints it once. serve may go on.

  -request FILE           what the device saved when somebody there asked
  -words "..."            the eight words that its screen shows, as they were read out to you; asked for if left out
  -answer FILE            where to write the answer; it opens that one device, once
  -passphrase-file FILE   the passphrase of the first person, on one line; asked for if left out
  -second-file FILE       the passphrase of the second person, on one line; asked for if left out

Talk to the person at the device by a way that you know, and let them read the words: a request that somebody
else made has other words. Each use is written into the log of the office, before the answer is.
`

const (
	msgSecond      = "Passphrase of the second person: "
	msgWords       = "The eight words that are read out to you: "
	msgOnePerson   = "Both passphrases are the same person's. Two people have to do this together."
	msgOtherWords  = "These are not the words of this request. Do not answer it: somebody else may have made it."
	msgRequest     = "The request cannot be read, or is for another office."
	recoverAdded   = "Passphrase of the second person, shown once: %s\n"
	recoverWritten = "Answer for device %s, epoch %d: %s\nBring it to the device; it opens that one device once, with the passphrase that was chosen there.\n"
)
