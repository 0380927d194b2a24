package main

const usageUser = `Usage: leeward-office user COMMAND -data DIR [flags]

  user list                        everybody, with their roles
  user add -name N -role R,...     lets somebody sign in; prints a passphrase, once
  user roles -name N -role R,...   changes what somebody may do
  user passphrase -name N          a new passphrase; one-time codes are set up anew
  user stop -name N                signs somebody out and lets them in no more
  user allow -name N               lets them in again

Roles: reviewer, case_worker, supervisor, registrar, data_officer, auditor, administrator.
Who keeps people (administrator) or reads the log (auditor) must not read cases.

  -lang TAG               in which language a new person reads (default en)
  -json                   answer in JSON
  -passphrase-file FILE   needed only while serve is not running
`

const usageBackup = `Usage: leeward-office backup -data DIR -to FOLDER

Copies the office into FOLDER, which must be new: keys, root document, configuration, and the database
as it stood when the copy began. serve goes on meanwhile. Everything in it is encrypted with the
office's passphrase; keep it on another machine, and the passphrase elsewhere.

  -json                   answer in JSON: {"files","bytes","database"}
  -passphrase-file FILE   needed only while serve is not running

With -dsn the database stays on its server: use pg_dump there. What it writes holds nothing readable.
`

const usageRestore = `Usage: leeward-office restore -data DIR -from FOLDER

Makes an office in DIR, which must be new or empty, from what backup wrote, and checks it: every page of
the database, the keys, the chain of the audit log.

  -passphrase-file FILE   the passphrase that the office had then; asked for if left out
  -shares                 nobody has the passphrase: two recovery shares open the backup, and the office
                          gets a new passphrase (-passphrase-file then names the new one)
  -shares-file FILE       the two shares, one on a line; asked for if left out

People who withdrew after the backup are in it again. So nobody reads in the new office, and nothing is counted or
handed over, until every device has called again (devices offer what the office lost, withdrawals among it), or
until "leeward-office reopen" was given a newer log. Devices can hand in meanwhile.
`

const usageRebuild = `Usage: leeward-office rebuild -data DIR

Forgets what was read from sealed payloads and reads all of them again: for a database that is in doubt,
and as a drill. While serve runs, an interview that is not read again yet is missing from its pages. What people wrote into cases stays; who withdrew stays erased.

  -passphrase-file FILE   needed only while serve is not running
`

const usageDoctor = `Usage: leeward-office doctor -data DIR

Looks at the folder, disk, clock, keys, root document, certificates, database and its server, audit log, the
programs and questionnaires of the devices, says what it found, and what to do: "ok" is as it should be, "look"
wants somebody's time, "bad" endangers what the office holds. It changes nothing.
Exit code 0 where nothing is bad, 1 where something is.

  -json                   answer in JSON: {"checks":[{"what","state","found","advice"}]}
  -passphrase-file FILE   needed only while serve is not running
`

const usageDemo = `Usage: leeward-office demo -data DIR [flags]

Fills a demonstration (init -demo) with invented cases over ten years: countries, languages, needs,
outcomes. The same seed gives the same people; none of them exists.

  -cases N                how many, 1 to 5000000 (default 1000)
  -seed S                 which ones (default 1)
  -passphrase-file FILE   needed only while serve is not running
`

const (
	msgServer       = "The PostgreSQL server of -dsn cannot be used: it is older than 15, has no such database, or does not let this user in. "
	msgBackupFolder = "The backup goes into a folder that is not there yet. "
	msgNoBackup     = "There is no backup in that folder. "
)

const userText = `%s may sign in. The passphrase is shown only now:
  %s
`

const backupText = `The office is copied to %s, %d bytes.
Try it now and then: leeward-office restore -data NEWFOLDER -from that folder.
`

const backupServerText = `The database is on its server and is not in the copy: run pg_dump there.
`

const restoreText = `The office is restored in %s: %d interviews, %d batches, %d lines of the audit log.
`

const rebuildText = `%d batches read again, %d interviews readable.
`
