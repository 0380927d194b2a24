package main

const usageReceive = `Usage: leeward-office receive -data DIR FILE...

Takes batches that came on a stick: carry files, files of a device's outbox folder, or a folder with
any of them. What came before, by whatever way, counts once. Nothing on the stick is changed.

  -json                   answer in JSON: {"files":[{"file","code","batches":[{"batch","level","code"}]}]}
  -passphrase-file FILE   needed only while serve is not running

Exit code 1 means that a named file could not be taken or a batch was refused. In a folder, files that are
not for this office are passed over.
`

const usageCarry = `Usage: leeward-office carry -data DIR FOLDER

Writes the office's answers to its devices into a folder of a stick: one sealed file a device, with a random
name. Each device finds its own. Whoever else finds the stick can read nothing.

  -passphrase-file FILE   needed only while serve is not running
`

const (
	msgNoFile         = "That file cannot be read. "
	msgNoFolder       = "The answers go into a folder that is there. "
	msgNotAllReceived = "Not everything on the stick was taken; keep it. "
)

const (
	receivedText    = "files %d, batches opened %d, stored %d, quarantined %d, refused %d\n"
	receivedWrong   = "%s: not for this office, or damaged (%s)\n"
	receivedRefused = "%s: a batch was refused (%s)\n"
	carriedText     = "answers for %d devices\n"
)
