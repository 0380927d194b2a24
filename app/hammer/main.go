// Hammer leads many devices through many invented interviews and carries them to an office, as fast as the
// machine can, without a window: real vaults, stores, sessions and couriers. It answers one question: does
// every finished interview arrive, and does every device know that it did?
//
//	leeward-office enrol -count 20 -json -data OFFICE -passphrase-file FILE > codes.json
//	go run ./app/hammer -codes codes.json -devices 20 -interviews 5 -data DIR -marker WORD -json
//
// Each device lives in its own folder DIR/device-NNN, which stays for inspection; its passphrase is made up
// and never written down, so nobody opens it again. The marker stands in every free-text answer: it may be
// found in no file, neither here nor at the office. Everybody interviewed is invented.
//
// With -kill P each device is a program of its own that is killed, with the chance P in each interview, at any moment
// of it; the next one goes on from what it finds on the disk, and all that the screen had shown as saved has to be
// there. With -link the road to the office leads through toxiproxy. Every receipt that a device believed is verified
// once more, apart from it.
//
//	go run ./app/hammer -forms 250 -questionnaire > long.json     a longer questionnaire, which the office has to know:
//	leeward-office form keep -data OFFICE long.json
//	go run ./app/hammer -forms 250 -kill 0.3 -link 2g-dark -rate 2 -counted "leeward-office stats -json -data OFFICE" ...
//
// With -together every device leads its interviews, so many at a time, and then all hand in at the same moment: what an
// office sees when a region comes back from an outage.
//
// Exit codes: 0 every finished interview was opened at the office, once; 1 something was lost, doubled or failed; 2 the
// flags are wrong.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"runtime"
	"strings"
	"syscall"
)

// The exit codes.
const (
	exitOK    = 0
	exitLoss  = 1
	exitUsage = 2
)

// options are the flags. Those with a name in JSON a device's own program knows too.
type options struct {
	codes      string // file: the JSON of leeward-office enrol
	devices    int
	atOnce     int
	rate       float64 // interviews a second, over all devices; 0 for no limit
	together   bool
	kill       float64 // chance in each interview
	counted    string  // command that prints the office's counts
	asJSON     bool
	print      bool   // the questionnaire, and nothing else
	Interviews int    `json:"interviews"` // for each device
	Forms      int    `json:"forms"`      // questions
	Data       string `json:"data"`
	Marker     string `json:"marker"`
	Seed       uint64 `json:"seed"`
	Quick      bool   `json:"quick"`
	Link       string `json:"link"`
	Tries      int    `json:"tries"`
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if os.Getenv(asDevice) != "" {
		os.Exit(playDevice(ctx, os.Stdin, os.Stdout))
	}
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// run is the program: results go to out, progress and losses to notes.
func run(ctx context.Context, args []string, out, notes io.Writer) int {
	o, err := parse(args, notes)
	if errors.Is(err, flag.ErrHelp) {
		return exitOK
	}
	var codes []string
	if err == nil && !o.print {
		codes, err = readCodes(o.codes, o.devices)
	}
	var f *fleet
	if err == nil {
		f, err = newFleet(o, codes, notes)
	}
	if err != nil {
		fmt.Fprintln(notes, "hammer:", err)
		return exitUsage
	}
	if o.print {
		_, err = out.Write(f.form.Questionnaire().Canonical())
		return exitOf(notes, err)
	}
	total, err := f.hammer(ctx)
	if printed := report(out, total, o.asJSON); printed != nil {
		err = errors.Join(err, printed)
	}
	return exitOf(notes, err)
}

func exitOf(notes io.Writer, err error) int {
	if err != nil {
		fmt.Fprintf(notes, "hammer: not everything arrived:\n%v\n", err)
		return exitLoss
	}
	return exitOK
}

// hammer runs the fleet over the link that was asked for, and counts at the office before and after.
func (f *fleet) hammer(ctx context.Context) (total tally, err error) {
	if f.Link != "" {
		address, stop, err := spoil(ctx, f.Link, f.codes[0])
		if err != nil {
			return total, err
		}
		defer stop()
		f.office = address
	}
	before, err := f.atTheOffice(ctx)
	if err != nil {
		return total, err
	}
	if total, err = f.run(ctx); err != nil || f.counted == "" {
		return total, err
	}
	after, err := f.atTheOffice(ctx)
	if err == nil && after-before != total.Finished {
		total.Lost, total.Doubled = max(total.Finished-after+before, 0), max(after-before-total.Finished, 0)
		err = fmt.Errorf("%d interviews were finished, and the office has %d more than before", total.Finished, after-before)
	}
	return total, err
}

// atTheOffice asks the command of -counted how many interviews the office has.
func (f *fleet) atTheOffice(ctx context.Context) (int, error) {
	if f.counted == "" {
		return 0, nil
	}
	words := strings.Fields(f.counted)
	out, err := exec.CommandContext(ctx, words[0], words[1:]...).Output()
	var counts struct{ Interviews *int }
	if err == nil {
		err = json.Unmarshal(out, &counts)
	}
	if err == nil && counts.Interviews == nil {
		err = errors.New("it tells no interviews")
	}
	if err != nil {
		return 0, fmt.Errorf("count at the office: %w", err)
	}
	return *counts.Interviews, nil
}

func parse(args []string, notes io.Writer) (o options, err error) {
	f := flag.NewFlagSet("hammer", flag.ContinueOnError)
	f.SetOutput(notes)
	f.StringVar(&o.codes, "codes", "", "`file` with what leeward-office enrol -json printed")
	f.IntVar(&o.devices, "devices", 2, "how many devices")
	f.IntVar(&o.Interviews, "interviews", 5, "how many interviews on each device")
	f.IntVar(&o.Forms, "forms", 0, "ask a questionnaire of so many `questions`; 0 for the one that ships with Leeward")
	f.BoolVar(&o.print, "questionnaire", false, "print the questionnaire of -forms, and do nothing else")
	f.Float64Var(&o.rate, "rate", 0, "begin at most so many interviews a `second`, over all devices; 0 for no limit")
	f.IntVar(&o.atOnce, "at-once", runtime.NumCPU(), "how many devices are at work at the same time")
	f.BoolVar(&o.together, "together", false, "hand in on all devices at the same time, once every interview is finished")
	f.Float64Var(&o.kill, "kill", 0, "`chance`, from 0 to 1, that a device's program is killed in an interview")
	f.StringVar(&o.Link, "link", "", "lead the road to the office over a bad `link`: "+profileNames())
	f.IntVar(&o.Tries, "tries", 10, "how `often` a device asks an office that is busy or not in reach")
	f.StringVar(&o.counted, "counted", "", "`command` that prints the office's counts as leeward-office stats -json does: finds what arrived twice")
	f.BoolVar(&o.Quick, "quick", false, "derive keys from passphrases at the least cost that is allowed")
	f.StringVar(&o.Data, "data", "", "`folder` for the devices; must hold none yet")
	f.StringVar(&o.Marker, "marker", "hammermark", "`word` that stands in every free-text answer")
	f.Uint64Var(&o.Seed, "seed", 1, "which invented people; the same number gives the same ones")
	f.BoolVar(&o.asJSON, "json", false, "print one line of JSON")
	if err := f.Parse(args); err != nil {
		return o, err
	}
	return o, o.check(f.Args())
}

func (o options) check(rest []string) error {
	switch {
	case len(rest) > 0:
		return fmt.Errorf("%q is not a flag", rest[0])
	case o.print:
		return nil
	case o.codes == "" || o.Data == "":
		return errors.New("-codes FILE and -data DIR are needed")
	case o.devices < 1 || o.devices > 999 || o.Interviews < 1 || o.atOnce < 1 || o.Tries < 1:
		return errors.New("-devices is 1 to 999, -interviews, -at-once and -tries at least 1")
	case o.Marker == "":
		return errors.New("-marker must not be empty")
	case o.kill < 0 || o.kill > 1 || o.rate < 0:
		return errors.New("-kill is 0 to 1, -rate not below 0")
	case o.kill > 0 && o.together:
		return errors.New("-together and -kill do not go together")
	case o.Link != "" && profiles[o.Link].toxics == nil:
		return fmt.Errorf("-link is one of %s", profileNames())
	}
	return nil
}

// readCodes reads {"codes":[…]} and wants one for each device.
func readCodes(path string, devices int) ([]string, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read enrolment codes: %w", err)
	}
	var file struct {
		Codes []string `json:"codes"`
	}
	if err := json.Unmarshal(b, &file); err != nil {
		return nil, fmt.Errorf("read enrolment codes: %w", err)
	}
	if len(file.Codes) < devices {
		return nil, fmt.Errorf("%d enrolment codes for %d devices: make them with leeward-office enrol -count %d -json",
			len(file.Codes), devices, devices)
	}
	return file.Codes[:devices], nil
}

func report(out io.Writer, t tally, asJSON bool) error {
	if asJSON {
		return json.NewEncoder(out).Encode(t)
	}
	_, err := fmt.Fprintf(out, `devices      %d
finished     %d interviews
opened       %d interviews at the office, %.1f a second
batches      %d
receipts     %d verified, %d of them against the log before
kills        %d
bytes needed %d, resent %d
bytes sent   %d on the wire
failed       %d devices; %d times one asked again later
seconds      %.1f
`, t.Devices, t.Finished, t.Opened, t.PerSecond, t.Batches, t.Receipts, t.Follows, t.Kills, t.BytesNeeded, t.BytesResent, t.BytesSent, t.Failed, t.Again, t.Seconds)
	if err == nil && t.Delivering > 0 {
		_, err = fmt.Fprintf(out, "delivering   %.1f seconds, %.1f interviews a second\n", t.Delivering, t.DeliveredPer)
	}
	return err
}
