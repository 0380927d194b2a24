package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"leeward/internal/screening"
	"leeward/internal/vault"
	"leeward/schema"
	"leeward/schema/xlsform"
)

// Every word that this program says to a person stands in this file.

// The exit codes; usageFoot documents them.
const (
	exitOK         = 0
	exitFailed     = 1
	exitUsage      = 2
	exitPassphrase = 3
	exitInUse      = 4
	exitDamaged    = 5
	exitNoOffice   = 6
)

const usageHead = `leeward-office runs the regional office of Leeward.

Usage: leeward-office COMMAND [flags]

Commands:
`

const usageFoot = `
Every command but form, translate, order sign, root key, root sign and version takes
  -data DIR               the office's folder
  -passphrase-file FILE   a file with the office's passphrase on one line; asked for if left out
  -dsn postgres://…       the database is on a PostgreSQL server, not in the folder
"leeward-office COMMAND -h" says what else it takes. Where the command line leaves a flag out, the
environment counts (LEEWARD_DSN, LEEWARD_PASSPHRASE_FILE, …), then the file office.conf in the folder:
lines of "name = value" for listen, url, dsn, passphrase-file and hosts.

Exit codes:
  0  done
  1  something went wrong; the message says what
  2  the command line is wrong
  3  the passphrase is wrong, or it is too early to try again
  4  another program owns the folder
  5  a file of the office is damaged, or from a newer program
  6  there is no office in the folder

Logs go to standard error as JSON: ids, codes and counts, never what a person said.
`

const usageInit = `Usage: leeward-office init -data DIR [flags]

Makes an office in DIR, which must be new or empty: its keys, its encrypted database, the
signed root document that devices trust, and the first person who may sign in.

  -passphrase-file FILE   the office's passphrase, on one line; asked for if left out
  -name NAME              name of the office, as screeners know it
  -user NAME              who signs in first (default reviewer)
  -lang TAG               in which language that person reads (default en)
  -hosts LIST             names and addresses of this office for its browser certificate,
                          with commas between (default: this machine)
  -demo                   an office for trying out: no key holders, no recovery shares, marked on every page
  -json                   answer in JSON: {"user","passphrase","fingerprint"}, and without
                          -demo {"holders":[{"file","passphrase"}],"shares":["…","…","…"]}

Passphrases are shown once. They are kept nowhere.
`

const usageServe = `Usage: leeward-office serve -data DIR [flags]

Serves devices and browsers on one address until it is told to stop (Ctrl-C, SIGTERM).
When it is ready it prints one line of JSON: {"url","fingerprint"}.

  -passphrase-file FILE   the office's passphrase, on one line; asked for if left out
  -listen HOST:PORT       where to listen (default 127.0.0.1:8443; port 0 takes a free one)
  -url URL                how devices reach the office, https://host:port, where that is
                          another address than -listen

Browsers warn about the certificate, because no public authority signed it. Compare its
fingerprint before you go on.
`

const usageEnrol = `Usage: leeward-office enrol -data DIR [flags]

Makes enrolment codes, approved in advance. Each admits one device, once.

  -count N                how many, 1 to 1000 (default 1)
  -hours N                how long they are good for, 1 to 720 (default 24)
  -url URL                how devices reach the office (default: as serve last ran)
  -device DEVICE          one code for a device that is here and has to enrol again, with new keys: it was copied,
                          put back to an earlier day, or set up anew. What it holds, it seals again and sends
  -compare                the device waits until somebody has compared its eight words, and admitted it, with "device
                          admit" or on the page of devices: codes that are made on that page are all like this
  -json                   answer in JSON: {"codes":[…]}
  -passphrase-file FILE   needed only while serve is not running

Whoever holds a code can enrol a device: hand it over in person. After one that does not wait was used,
compare the eight words that the device shows with those of "leeward-office device show"; if they differ, revoke it.
`

const usageStats = `Usage: leeward-office stats -data DIR [flags]

Counts what the office holds: devices, batches (heartbeats too), interviews, opened
interviews, what is in quarantine, incidents.

  -json                   answer in JSON
  -passphrase-file FILE   needed only while serve is not running
`

const usageForm = `Usage: leeward-office form COMMAND

For people who write questionnaires; all but "keep" need no office. FILE is an XLSForm workbook (.xlsx) or our
JSON; CSV files with choices are looked for beside it.

  form lint FILE [-json]         list errors, warnings and missing translations; exit 1 where there are errors
  form run FILE SCRIPT.json      answer the questions as a script says, and write what is seen after each step
  form eval CASES.json           evaluate expressions
  form convert FILE -o q.json    write a workbook as our JSON
  form convert q.json -o F.xlsx  write our JSON as a workbook
  form diff OLD NEW              what is new, changed or gone, and what becomes of drafts
  form preview FILE [-o F.html]  write all questions in all languages as one page
  form keep FILE -data DIR       make a questionnaire known to the office, so that it opens interviews with it
`

const usageVersion = `Usage: leeward-office version
`

const (
	msgPassphrase      = "Passphrase of the office: "
	msgPassphraseNew   = "New passphrase of the office: "
	msgPassphraseAgain = "Once more: "
	msgEcho            = "(this terminal shows what you type) "
	msgNoTerminal      = "no passphrase: give -passphrase-file FILE, or run this at a terminal"
	msgNoLine          = "nobody answers: give the file, or run this at a terminal"
	msgPassphraseFile  = "The passphrase file cannot be used. "
	msgDiffer          = "the two passphrases differ"
	msgExists          = "The folder is not empty. An office is made in a new or empty folder only, so that none is overwritten. "
	msgNoOffice        = "There is no office in this folder. Make one with \"leeward-office init\". "
	msgNoAddress       = "the office has not served yet, so its address is not known: give -url https://host:port"
	msgListen          = "Cannot listen there. "
	msgFormCommand     = "form takes one of lint, run, eval, convert, diff and preview"
	msgFormFiles       = "%s takes %d files"
	msgFormFile        = "The file cannot be used. "
	msgFormOutput      = "form convert needs -o FILE.json or -o FILE.xlsx"
	msgFormKept        = "The office knows the questionnaire %s: interviews with it can be opened.\n"
	msgFormWrite       = "The file cannot be written. "
	msgFormScript      = "The script cannot be read. "
	leaptFound         = "the clock leapt by %d days on %s, or the office was off"
	leaptAdvice        = "if it is wrong now, set it, and keep it set (NTP); until %s nothing is erased for its age"
	msgServing         = "serving"
	msgStopped         = "stopped"
)

const statsText = `devices      %6d
batches      %6d
interviews   %6d
opened       %6d
quarantined  %6d
incidents    %6d
`

// tellMade shows what init made. Its passphrases are shown here and nowhere else.
func (p *Program) tellMade(w plan, m made) error {
	if w.json {
		return json.NewEncoder(p.Stdout).Encode(m)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "The office %q is ready in %s.\n\n", w.name, w.data)
	fmt.Fprintf(&b, "Fingerprint of its root document, which devices check:\n  %s\n\n", m.Fingerprint)
	fmt.Fprintf(&b, "First person who may sign in. The passphrase is shown only now:\n  name        %s\n  passphrase  %s\n\n", m.User, m.Passphrase)
	if w.demo {
		b.WriteString("This is a demonstration: its root keys are gone already, and every page says so. Do not enter real people.\n\n")
	} else {
		b.WriteString(sharesShown(m.Shares))
		b.WriteString(holdersText)
		for _, h := range m.Holders {
			fmt.Fprintf(&b, "  %-24s %s\n", h.File, h.Passphrase)
		}
		fmt.Fprintf(&b, "\nNext: leeward-office shares rehearse -data %s\n", w.data)
	}
	next := "Then"
	if w.demo {
		next = "Next"
	}
	fmt.Fprintf(&b, "%s: leeward-office serve -data %s\n", next, w.data)
	_, err := fmt.Fprint(p.Stdout, b.String())
	return err
}

const holdersText = `Four keys have to leave this machine before the first device is enrolled.
Three people hold one root key each; any two of them together can replace this office's keys. One
further person, outside this office, holds the escrow identity: it opens every interview if this
machine is lost. Whoever holds a root key may hold the recovery share of the same number. For each line below:
  1. copy the file to a stick, and give it to its holder;
  2. let the holder write the six words on paper, alone, and keep paper and stick in different places;
  3. delete the file here.
Nobody should hold two of these. These words, too, are shown only now:

`

// mishap is an error with a sentence for people.
type mishap struct {
	say string
	err error
}

func (m *mishap) Error() string { return m.say + m.err.Error() }
func (m *mishap) Unwrap() error { return m.err }

type usageError string

func (e usageError) Error() string { return string(e) }

// errNoOffice marks a folder without an office.
var errNoOffice = errors.New("no office.vault in it")

// advice says what happened and what to do, by code.
var advice = map[screening.Code][2]string{
	screening.CodeWrongPassphrase: {"That is not the passphrase of this office.", "Try again. Nothing was changed; after several wrong tries there is a wait that grows."},
	screening.CodeWeakPassphrase:  {"That passphrase is too easy to guess.", "Take six random words, for example from a dice list."},
	screening.CodeDamaged:         {"A file of the office is damaged.", "Stop here and make a copy of the folder before anything else. Then restore the last backup."},
	screening.CodeNewer:           {"A file of the office was written by a newer program.", "Use that program, or a later one."},
	screening.CodeForeign:         {"A file in the folder belongs to another program.", "Check -data."},
	screening.CodeInUse:           {"Another program owns this folder.", "If \"leeward-office serve\" runs on it, stop that first; only one can own the folder."},
	screening.CodeDiskFull:        {"The disk is full. Nothing was changed.", "Make room and try again."},
	screening.EFull:               {"The disk is full. Nothing was changed.", "Make room and try again."},
	screening.CodeDisk:            {"The disk answered with an error.", "Check the disk and the rights of the folder."},
	screening.EBusy:               {"The office, or its database, does not answer just now.", "Try again in a minute. Nothing was changed; if it lasts, look at the server of -dsn."},
}

// explain writes err for a person: what happened, what to do, and the details on a line of their own.
func explain(err error) string {
	var b strings.Builder
	if use, ok := errors.AsType[usageError](err); ok {
		fmt.Fprintf(&b, "leeward-office: %s\nleeward-office -h shows how it is used.\n", string(use))
		return b.String()
	}
	if m, ok := errors.AsType[*mishap](err); ok {
		fmt.Fprintf(&b, "leeward-office: %s\n  (%v)\n", strings.TrimSpace(m.say), m.err)
		return b.String()
	}
	code := screening.CodeOf(err)
	if wait, ok := errors.AsType[*vault.WaitError](err); ok {
		fmt.Fprintf(&b, "leeward-office: Too many wrong passphrases: the next try is possible in %s.\n"+
			"  Nothing was tried now, and nothing is lost.\n", wait.Left.Round(1e9))
		return b.String()
	}
	if say, ok := advice[code]; ok {
		fmt.Fprintf(&b, "leeward-office: %s\n  %s\n  (%s: %v)\n", say[0], say[1], code, errors.Unwrap(coded(err)))
		return b.String()
	}
	fmt.Fprintf(&b, "leeward-office: %v\n", err)
	return b.String()
}

// coded returns the error with a code in err's chain, or err.
func coded(err error) error {
	if e, ok := errors.AsType[*screening.Error](err); ok && e.Err != nil {
		return e
	}
	return &screening.Error{Err: err}
}

func exitCode(err error) int {
	if _, ok := errors.AsType[usageError](err); ok {
		return exitUsage
	}
	if errors.Is(err, errNoOffice) {
		return exitNoOffice
	}
	switch screening.CodeOf(err) {
	case screening.CodeWrongPassphrase, screening.CodeWait:
		return exitPassphrase
	case screening.CodeInUse:
		return exitInUse
	case screening.CodeDamaged, screening.CodeNewer, screening.CodeForeign:
		return exitDamaged
	}
	return exitFailed
}

// tellLint lists what is wrong with a questionnaire, a line each.
func (p *Program) tellLint(im *xlsform.Import) error {
	var b strings.Builder
	for _, e := range im.Errors {
		fmt.Fprintf(&b, "error    %s\n", e)
	}
	for _, w := range im.Warnings {
		fmt.Fprintf(&b, "warning  %s\n", w)
	}
	for _, m := range im.Missing {
		fmt.Fprintf(&b, "missing  %s row %d, %s: no text in %s\n", m.Sheet, m.Row, m.Column, m.Language)
	}
	fmt.Fprintf(&b, "%d errors, %d warnings, %d texts missing\n", len(im.Errors), len(im.Warnings), len(im.Missing))
	_, err := fmt.Fprint(p.Stdout, b.String())
	return err
}

// tellDiff lists what changed between two versions, and what becomes of drafts.
func (p *Program) tellDiff(c schema.Comparison) error {
	var b strings.Builder
	for _, at := range c.New {
		fmt.Fprintf(&b, "new      %s\n", at)
	}
	for _, d := range c.Changed {
		fmt.Fprintf(&b, "changed  %s: %s\n", d.Path, strings.Join(d.Members, ", "))
	}
	for _, at := range c.Gone {
		fmt.Fprintf(&b, "gone     %s\n", at)
	}
	fmt.Fprintf(&b, diffText, len(c.New), len(c.Changed), len(c.Gone))
	_, err := fmt.Fprint(p.Stdout, b.String())
	return err
}

const diffText = `%d new, %d changed, %d gone
Drafts stay with the version they were begun with. Under the new one, answers to changed questions are
marked for a look, and answers to questions that are gone are handed back, not dropped.
`
