package main

const usageReceive = `Usage: leeward-office receive -data DIR FILE...

Takes what came on a stick: carry files, hand-in files of a locked device, files of a device's outbox folder, or a
folder with any of them. FILE may also be the whole folder of a device that does not start any more, copied from its
disk: what is sealed in it is handed in, recovery copies too. What came before, by whatever way, counts once. Nothing
on the stick is changed.

  -json                   answer in JSON: {"files":[{"file","code","batches":[{"batch","capsule","level","code"}]}]}
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
	msgStickWrite     = "The answers cannot be written: the stick is full, or lets nobody write, or was pulled out. "
	msgNoFolder       = "The answers go into a folder that is there. "
	msgNotAllReceived = "Not everything on the stick was taken; keep it. "
)

const (
	receivedText    = "files %d, batches opened %d, stored %d, quarantined %d, refused %d\n"
	receivedCopies  = "recovery copies %d: shown now %d, known already %d, stored %d, quarantined %d, refused %d\n"
	receivedWrong   = "%s: not for this office, or damaged (%s)\n"
	receivedRefused = "%s: a batch was refused (%s)\n"
	receivedCut     = "sealed files that were cut, as when a stick is pulled out too early: %d. Let the devices write again what is missing.\n"
	carriedText     = "answers for %d devices\n"
)

const usageRevoke = `Usage: leeward-office revoke -data DIR [-from TIME] DEVICE

Ends the trust in a device that was lost, stolen or handed back. DEVICE is its id, or at least its first six
digits. From this place in the office's log on the device is refused on the network. What it had told of before
stays its word: its files, brought by stick, are taken. Anything that its keys signed afterwards is kept, and held
until a supervisor lets it go. Nothing that arrived is touched, unless a time is chosen.

  -from TIME              since when it may have been in other hands, like "2026-11-20 14:00" in this machine's time.
                          It counts from the last place in the log before that time: everything that the office
                          received from the device afterwards, and that it had not told of before, is held and not
                          read until a supervisor decides (page Arrivals). What was done about cases stays. A later
                          call may choose an earlier time
  -json                   answer in JSON: {"device","epochs","batches","interviews","missing","held","statement"}
  -passphrase-file FILE   needed only while serve is not running
`

const (
	msgNoDevice = "There is no such device. \"leeward-office stats\" and the page of devices list them. "
	msgDigits   = "name one device by the first digits of its id, at least 6"
	msgFuture   = "that time is still to come: -from takes a time that is past"
	msgTime     = "-from takes a time like \"2026-11-20 14:00\", in this machine's time"
	revokedText = `Device %s is revoked.
  came from it      %d batches, %d interviews
  never came        %s
  waits             %d batches and copies that came since, for a supervisor (page Arrivals)
What to do now:
  - If the device turns up, hand it in with "leeward-office receive" (its screen has a button for it, or copy its
    folder): no passphrase is needed. Recovery copies of a revoked device are held until a supervisor lets them go.
  - A new device for the same person: "leeward-office enrol".
  - If it was unlocked when it was lost, its readable interviews may be known to others: follow your incident plan.
`
)

const usageVerify = `Usage: leeward-office verify -root FILE FILE...

Checks batches, capsules, receipts and the office's log without a network, a passphrase or an office, and prints a
verdict in JSON: {"ok","root","log","files":[{"file","kind","ok","reason","device","batch","capsule","logged"}]}.
Exit code 1 means that something did not verify. A capsule that the log does not name is no fault: it may never have
been handed in.

  -root FILE              the office's root document (root.1 in its folder). Compare the fingerprint in the
                          verdict with the one that was written down when the office was made.

A log file ("leeward-office log") among the files names the devices' keys; a batch cannot be checked without it.
A folder is a log that was fetched in tiles (/v1/log/checkpoint and /v1/log/tile/… of the office, as "checkpoint" and
"tile/…" in it): every tile of entries, and what there is of the others. Beside a log file it has to be the same log.
`

const usageLog = `Usage: leeward-office log -data DIR FILE

Writes the office's whole log into a new file: its signed checkpoint, every entry, and the grants and revocations
that entries name. There is nothing about a person in it.

  -passphrase-file FILE   needed only while serve is not running
`

const (
	msgBadRoot     = "That is not a root document of an office. "
	msgNotVerified = "Not everything verifies; the verdict says what does not. "
)

const usageKept = `Usage: leeward-office kept -data DIR BACKUP

Say this when a backup lies off this machine, on a disk that is carried away or in another building: BACKUP is its
folder. It is opened with the office's passphrase, and its log has to be the beginning of this office's. From then on
devices let go of the sealed copies of what the backup holds; until then every opened batch is still on its device.

  -passphrase-file FILE   the office's passphrase, on one line; asked for if left out
`

const (
	msgOtherLog = "That is not a backup of this office, or the office was put back to before it. "
	keptText    = "%d entries of the log are kept off this machine\n"
)
