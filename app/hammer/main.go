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
// Exit codes: 0 every finished interview was opened at the office; 1 something was lost or failed; 2 the
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
	"os/signal"
	"syscall"
)

// The exit codes.
const (
	exitOK    = 0
	exitLoss  = 1
	exitUsage = 2
)

// options are the flags.
type options struct {
	codes      string // file: the JSON of leeward-office enrol
	devices    int
	interviews int // for each device
	data       string
	marker     string
	seed       uint64
	asJSON     bool
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// run is the program: results go to out, progress and losses to notes.
func run(ctx context.Context, args []string, out, notes io.Writer) int {
	o, err := parse(args, notes)
	if errors.Is(err, flag.ErrHelp) {
		return exitOK
	}
	var codes []string
	if err == nil {
		codes, err = readCodes(o.codes, o.devices)
	}
	if err != nil {
		fmt.Fprintln(notes, "hammer:", err)
		return exitUsage
	}
	f := newFleet(o, codes, notes)
	total, err := f.run(ctx)
	if printed := report(out, total, o.asJSON); printed != nil {
		err = errors.Join(err, printed)
	}
	if err != nil {
		fmt.Fprintf(notes, "hammer: not everything arrived:\n%v\n", err)
		return exitLoss
	}
	return exitOK
}

func parse(args []string, notes io.Writer) (o options, err error) {
	f := flag.NewFlagSet("hammer", flag.ContinueOnError)
	f.SetOutput(notes)
	f.StringVar(&o.codes, "codes", "", "`file` with what leeward-office enrol -json printed")
	f.IntVar(&o.devices, "devices", 2, "how many devices")
	f.IntVar(&o.interviews, "interviews", 5, "how many interviews on each device")
	f.StringVar(&o.data, "data", "", "`folder` for the devices; must hold none yet")
	f.StringVar(&o.marker, "marker", "hammermark", "`word` that stands in every free-text answer")
	f.Uint64Var(&o.seed, "seed", 1, "which invented people; the same number gives the same ones")
	f.BoolVar(&o.asJSON, "json", false, "print one line of JSON")
	if err := f.Parse(args); err != nil {
		return o, err
	}
	switch {
	case f.NArg() > 0:
		return o, fmt.Errorf("%q is not a flag", f.Arg(0))
	case o.codes == "" || o.data == "":
		return o, errors.New("-codes FILE and -data DIR are needed")
	case o.devices < 1 || o.devices > 999 || o.interviews < 1:
		return o, errors.New("-devices is 1 to 999, -interviews at least 1")
	case o.marker == "":
		return o, errors.New("-marker must not be empty")
	}
	return o, nil
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
	_, err := fmt.Fprintf(out, "devices    %d\nfinished   %d interviews\nbatches    %d\nopened     %d interviews at the office\nbytes sent %d\nseconds    %.1f\n",
		t.Devices, t.Finished, t.Batches, t.Opened, t.BytesSent, t.Seconds)
	return err
}
