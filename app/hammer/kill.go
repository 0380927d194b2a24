package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"sync"
	"time"

	"leeward/internal/screening"
	"leeward/schema"
	"leeward/sync/courier"
)

// asDevice makes this program one device: it reads an order, and tells what happens on its output.
const asDevice = "LEEWARD_HAMMER_DEVICE"

// order is what the program of a device reads first. After it comes a line for each interview that may begin.
type order struct {
	Life    life    `json:"life"`
	Options options `json:"options"`
	Office  string  `json:"office"`
}

// event is one line that the program of a device writes, in the words of eye.
type event struct {
	Ready    bool            `json:"ready,omitempty"`
	Saving   schema.Path     `json:"saving,omitempty"`
	Saved    schema.Path     `json:"saved,omitempty"`
	Sum      string          `json:"sum,omitempty"` // of the answer that was saved
	Finished bool            `json:"finished,omitempty"`
	Root     []byte          `json:"root,omitempty"`
	Receipts []byte          `json:"receipts,omitempty"`
	Synced   *courier.Result `json:"synced,omitempty"`
	End      *tally          `json:"end,omitempty"`
	Failed   string          `json:"failed,omitempty"`
}

// far is the eye in the program of a device.
type far struct {
	in  *bufio.Reader
	out *json.Encoder
	mu  sync.Mutex
}

func (e *far) tell(one event) {
	e.mu.Lock()
	defer e.mu.Unlock()
	_ = e.out.Encode(one) // whoever listens is gone: then so is this program
}

func (e *far) ready(context.Context, int) error {
	e.tell(event{Ready: true})
	_, err := e.in.ReadString('\n')
	return err
}
func (e *far) saving(path schema.Path) { e.tell(event{Saving: path}) }

func (e *far) saved(path schema.Path, a schema.Answer) { e.tell(event{Saved: path, Sum: sumOf(a)}) }
func (e *far) finished(int)                            { e.tell(event{Finished: true}) }
func (e *far) handsIn()                                {}
func (e *far) believed(root, receipts []byte)          { e.tell(event{Root: root, Receipts: receipts}) }
func (e *far) synced(r courier.Result)                 { e.tell(event{Synced: &r}) }

// playDevice is the program of one device.
func playDevice(ctx context.Context, in io.Reader, out io.Writer) int {
	e := &far{in: bufio.NewReader(in), out: json.NewEncoder(out)}
	var o order
	line, err := e.in.ReadBytes('\n')
	if err == nil {
		err = json.Unmarshal(line, &o)
	}
	var f *fleet
	if err == nil {
		f, err = newFleet(o.Options, nil, io.Discard)
	}
	if err == nil {
		f.office = o.Office
		var t tally
		if t, err = f.device(ctx, o.Life, e); err == nil {
			e.tell(event{End: &t})
			return exitOK
		}
	}
	e.tell(event{Failed: err.Error()})
	return exitLoss
}

// killsEach bounds how often one interview is killed: somebody wants to finish it.
const killsEach = 3

// lived is a device whose program gets killed.
type lived struct {
	*fleet
	life
	kills  int // in this interview
	usual  time.Duration
	dice   *rand.Rand
	result tally
}

// lives runs programs for one device, kills them at any moment, and starts the next until one came to its end.
func (f *fleet) lives(ctx context.Context, l life) (tally, error) {
	d := &lived{fleet: f, life: l, usual: time.Second / 4, dice: rand.New(rand.NewPCG(f.Seed, uint64(l.N)<<32))}
	d.Saved = map[schema.Path]string{}
	for {
		killed, err := d.live(ctx)
		if !killed || err != nil {
			return d.result, err
		}
		f.mu.Lock()
		f.total.Kills++
		f.mu.Unlock()
		d.Born++
		f.proofs.again(d.N)
	}
}

var errSilent = errors.New("its program ended without a word")

// live runs one program, and says whether it was killed.
func (d *lived) live(ctx context.Context) (killed bool, err error) {
	self, err := os.Executable()
	if err != nil {
		return false, err
	}
	c := exec.CommandContext(ctx, self)
	c.Env, c.Stderr = append(os.Environ(), asDevice+"=1"), d.notes
	in, err := c.StdinPipe()
	if err != nil {
		return false, err
	}
	out, err := c.StdoutPipe()
	if err != nil {
		return false, err
	}
	if err := c.Start(); err != nil {
		return false, fmt.Errorf("start a device's program: %w", err)
	}
	p := &program{lived: d, in: in, command: c}
	ended, err := p.follow(ctx, bufio.NewReader(out))
	p.disarm()
	_ = in.Close()
	_, _ = io.Copy(io.Discard, out) // it may still be telling something
	waited := c.Wait()
	switch {
	case ended || err != nil:
		return false, err
	case p.shot():
		return true, nil
	}
	return false, errors.Join(errSilent, waited)
}

// program is one life of a device as its parent sees it.
type program struct {
	*lived
	in      io.Writer
	command *exec.Cmd
	since   time.Time // the interview began

	mu    sync.Mutex
	timer *time.Timer
	dead  bool
}

// follow takes a program's word for what happened until it ends.
func (p *program) follow(ctx context.Context, from *bufio.Reader) (ended bool, err error) {
	if err := json.NewEncoder(p.in).Encode(order{p.life, p.options, p.office}); err != nil {
		return false, fmt.Errorf("tell a device's program what to do: %w", err)
	}
	for {
		line, err := from.ReadBytes('\n')
		if err != nil { // a kill cut it: nobody saw it
			return false, nil
		}
		var e event
		if err := json.Unmarshal(line, &e); err != nil {
			return false, fmt.Errorf("a device's program: %w", err)
		}
		switch {
		case e.Failed != "":
			return false, screening.Fail(screening.CodeInternal, errors.New(e.Failed))
		case (e.End != nil || e.Ready) && p.due():
			p.shoot() // it was quicker than its kill
		case e.End != nil:
			p.result = *e.End
			return true, nil
		case e.Ready:
			if err := p.begin(ctx); err != nil {
				return false, err
			}
		default:
			p.take(e)
		}
	}
}

// begin lets an interview begin, and may arm the kill that ends the program somewhere in it, or at the latest when it is
// done with it.
func (p *program) begin(ctx context.Context) error {
	if err := p.pace.Wait(ctx); err != nil {
		return err
	}
	if p.begun != nil {
		p.begun(p.life.Finished)
	}
	p.since = time.Now()
	if p.kills < killsEach && p.dice.Float64() < p.kill {
		p.kills++
		within := time.Duration(1.3 * float64(p.usual) * p.dice.Float64())
		p.mu.Lock()
		p.timer = time.AfterFunc(within, p.shoot)
		p.mu.Unlock()
	}
	_, _ = p.in.Write([]byte("\n")) // to a program that was killed meanwhile
	return nil
}

func (p *program) shoot() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.dead = p.dead || p.command.Process.Kill() == nil
}

// due reports whether a kill is armed that has not come yet.
func (p *program) due() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.timer != nil && !p.dead
}

func (p *program) shot() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.dead
}

func (p *program) disarm() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.timer != nil {
		p.timer.Stop()
	}
}

// take keeps what a program says that the next one has to find.
func (p *program) take(e event) {
	switch {
	case e.Saving != "":
		delete(p.Saved, e.Saving)
	case e.Saved != "":
		p.Saved[e.Saved] = e.Sum
	case e.Finished:
		p.usual, p.kills = time.Since(p.since), 0
		p.life.Finished++
		clear(p.Saved)
	case e.Receipts != nil:
		p.proofs.see(p.N, e.Root, e.Receipts)
	case e.Synced != nil:
		p.count(*e.Synced)
	}
}
