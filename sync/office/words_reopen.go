package main

const usageReopen = `Usage: leeward-office reopen -data DIR -log FILE
       leeward-office reopen -data DIR -without-log

An office that was made from a copy lets nobody read: people in it may have withdrawn since the copy was made.
It opens by itself when every device has called, because devices hand in again what it lost. This opens it
before that.

  -log FILE               a log of this office that is newer than the copy ("leeward-office log", as an auditor
                          keeps it): whoever withdrew by it is erased now
  -without-log            there is none: people who withdrew can be read until their device calls. The audit
                          log says that this was done
  -passphrase-file FILE   needed only while serve is not running
`

const (
	msgReopenLog  = "That is not a newer log of this office. "
	msgClosed     = "This office was made from a copy, and people in it may have withdrawn since. Run \"leeward-office reopen -log FILE\" with a newer log, or let every device call first. "
	msgReopenHow  = "give -log FILE, or -without-log where there is none"
	msgNotClosed  = "the office is open already: nothing was done"
	restoreClosed = "Nobody reads in it until withdrawals since the copy are known: leeward-office reopen -h.\n"
)

const reopenText = `The office is open: %d people who had withdrawn were erased.
`
