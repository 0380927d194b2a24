package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"time"

	"leeward/internal/office/dashboard"
	"leeward/internal/vault"
)

// Program is the office program with its surroundings, the same for main and for tests.
type Program struct {
	Stdin  io.Reader
	Stdout io.Writer // what a command answers
	Stderr io.Writer // what a person is told
	Log    *slog.Logger
	Now    func() time.Time         // time.Now if nil
	Env    func(name string) string // the environment; os.Getenv if nil

	KDF  vault.KDF      // cost of the vault's passphrase; the vault's default if zero
	Cost dashboard.Cost // cost of a person's passphrase; the dashboard's default if zero
}

// command is one command of the program. Its file has its name.
type command struct {
	name    string
	summary string
	run     func(p *Program, ctx context.Context, args []string) error
}

func commands() []command {
	return []command{
		{"init", "make an office in a new folder", (*Program).init},
		{"serve", "take batches in and show interviews, until stopped", (*Program).serve},
		{"enrol", "make enrolment codes for devices", (*Program).enrol},
		{"receive", "take batches that came on a stick", (*Program).receive},
		{"carry", "write answers to devices onto a stick", (*Program).carry},
		{"verify", "check batches, receipts and the log, offline", (*Program).verify},
		{"log", "write the office's log for an auditor", (*Program).writeLog},
		{"revoke", "end the trust in a device that was lost", (*Program).revoke},
		{"publish", "put out questionnaires, policy, directory and words", (*Program).publish},
		{"order", "order one device, signed by two holders of root keys", (*Program).order},
		{"root", "change what devices trust, signed by its holders", (*Program).changeRoot},
		{"device", "list devices, let one in, end the trust in one", (*Program).device},
		{"user", "add people, change what they may do, give new passphrases", (*Program).user},
		{"backup", "copy the office while it runs, encrypted", (*Program).backup},
		{"shares", "try the recovery shares, or make new ones", (*Program).shares},
		{"kept", "confirm that a backup lies off this machine", (*Program).keep},
		{"restore", "make an office from a backup", (*Program).restore},
		{"reopen", "let people read again after a restore", (*Program).reopen},
		{"recover", "give access back to a device whose passphrase is forgotten", (*Program).recover},
		{"rebuild", "read every sealed payload again", (*Program).rebuild},
		{"doctor", "check keys, clock, disk, database and certificates", (*Program).doctor},
		{"demo", "fill a demonstration with invented cases", (*Program).demo},
		{"questions", "what became of every question in a year", (*Program).questions},
		{"report", "count people in tables that identify nobody", (*Program).reports},
		{"export", "hand data over to a named person, sealed", (*Program).export},
		{"stats", "count what the office holds", (*Program).stats},
		{"form", "check, try, convert and compare questionnaires", (*Program).form},
		{"translate", "hand texts to translators and take them back", (*Program).translate},
		{"version", "say which version this is", (*Program).version},
	}
}

// Run runs one command and returns its exit code (words.go, exitCodes).
func (p *Program) Run(ctx context.Context, args []string) int {
	if p.Now == nil {
		p.Now = time.Now
	}
	if p.Env == nil {
		p.Env = os.Getenv
	}
	if p.Log == nil {
		p.Log = slog.New(slog.DiscardHandler)
	}
	if len(args) == 0 {
		p.usage(p.Stderr)
		return exitUsage
	}
	if args[0] == "-h" || args[0] == "--help" || args[0] == "help" {
		p.usage(p.Stdout)
		return exitOK
	}
	for _, c := range commands() {
		if c.name == args[0] {
			return p.report(c.run(p, ctx, args[1:]))
		}
	}
	return p.report(usageError(fmt.Sprintf(`there is no command "%.40s"`, args[0])))
}

func (p *Program) usage(w io.Writer) {
	fmt.Fprint(w, usageHead)
	for _, c := range commands() {
		fmt.Fprintf(w, "  %-9s %s\n", c.name, c.summary)
	}
	fmt.Fprint(w, usageFoot)
}

// report tells a person about err and returns the exit code for it.
func (p *Program) report(err error) int {
	if err == nil || errors.Is(err, flag.ErrHelp) {
		return exitOK
	}
	if !errors.Is(err, errNotImported) && !errors.Is(err, errUnwell) && !errors.Is(err, errTextsRefused) {
		fmt.Fprint(p.Stderr, explain(err))
	}
	return exitCode(err)
}

// where are the flags that every command takes.
type where struct {
	data       string
	passphrase string
	dsn        string // of a PostgreSQL server; "" for the office's own file
}

// flags makes a flag set with the flags of every command; it says nothing by itself.
func flags(name string, w *where) *flag.FlagSet {
	f := flag.NewFlagSet(name, flag.ContinueOnError)
	f.SetOutput(io.Discard)
	if w != nil {
		f.StringVar(&w.data, "data", "", "")
		f.StringVar(&w.passphrase, "passphrase-file", "", "")
		f.StringVar(&w.dsn, "dsn", "", "")
	}
	f.Usage = func() {}
	return f
}

// parse reads args, and answers -h with usage. Commands take flags only; the folder is needed wherever it
// is a flag.
func (p *Program) parse(f *flag.FlagSet, usage string, args []string) error {
	if err := f.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			fmt.Fprint(p.Stdout, usage)
			return err
		}
		return usageError(err.Error())
	}
	if f.NArg() > 0 {
		return usageError(fmt.Sprintf(`"%.40s" is not a flag`, f.Arg(0)))
	}
	if err := p.configure(f); err != nil {
		return err
	}
	if d := f.Lookup("data"); d != nil && d.Value.String() == "" {
		return usageError("-data DIR is needed")
	}
	return nil
}

// parseNamed is parse for a command that names files or devices, before its flags, among them or after them; after "--"
// everything is a name.
func (p *Program) parseNamed(f *flag.FlagSet, usage string, args []string) (named []string, err error) {
	for rest := args; ; {
		if err := f.Parse(rest); err != nil {
			return nil, p.parse(f, usage, rest)
		}
		left := f.Args()
		if len(left) == 0 || len(rest) > len(left) && rest[len(rest)-len(left)-1] == "--" {
			named = append(named, left...)
			return named, p.parse(f, usage, nil)
		}
		named, rest = append(named, left[0]), left[1:]
	}
}

// readPassphrase returns the passphrase of the office: from the file, or else from a person. The caller
// clears it.
func (p *Program) readPassphrase(w where, prompt string) ([]byte, error) {
	if w.passphrase == "" {
		return p.askPassphrase(prompt)
	}
	f, err := os.Open(w.passphrase)
	if err != nil {
		return nil, &mishap{msgPassphraseFile, err}
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, maxPassphrase+2))
	if err != nil {
		return nil, &mishap{msgPassphraseFile, err}
	}
	b = trimLine(b)
	if len(b) == 0 || len(b) > maxPassphrase {
		return nil, &mishap{msgPassphraseFile, errors.New("it must hold one line of 1 to 1024 bytes")}
	}
	return b, nil
}

const maxPassphrase = 1024
