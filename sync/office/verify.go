package main

import (
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"leeward/internal/screening"
	"leeward/internal/seal"
	"leeward/sync/batch"
)

// verdict is what an auditor keeps: what was looked at, and what came of each.
type verdict struct {
	OK    bool      `json:"ok"`
	Root  string    `json:"root"` // fingerprint: compare it with the one that was written down
	Log   *seen     `json:"log,omitempty"`
	Files []checked `json:"files"`
}

// seen is the log that was read.
type seen struct {
	Size uint64 `json:"size"`
	Root string `json:"root"`
}

// checked is one file.
type checked struct {
	File    string `json:"file"`
	Kind    string `json:"kind"` // log, batch, capsule, receipts or unknown
	OK      bool   `json:"ok"`
	Reason  string `json:"reason,omitempty"`
	Device  string `json:"device,omitempty"`
	Batch   string `json:"batch,omitempty"`
	Capsule string `json:"capsule,omitempty"`
	Logged  bool   `json:"logged,omitempty"` // the log names it
}

// auditor checks files against a root, and a log if one is among them. It needs no key and no office.
type auditor struct {
	root batch.Root
	log  *batch.LogFile
	keys map[member]seal.PublicKey
}

type member struct {
	device screening.DeviceID
	epoch  uint64
}

var (
	errNoGrant   = errors.New("the log has no grant for its device and epoch")
	errNotLogged = errors.New("the log does not name it")
	errNoLog     = errors.New("a log file is needed to know its device's key")
	errUnknown   = errors.New("none of ours")
)

// verify checks batches, receipts and the log offline.
func (p *Program) verify(_ context.Context, args []string) error {
	var rootFile string
	f := flags("verify", nil)
	f.StringVar(&rootFile, "root", "", "")
	named, err := p.parseNamed(f, usageVerify, args)
	if err != nil {
		return err
	}
	if rootFile == "" || len(named) == 0 {
		return usageError("-root FILE is needed, and the files to check")
	}
	doc, err := os.ReadFile(rootFile)
	if err != nil {
		return &mishap{msgNoFile, err}
	}
	said := verdict{OK: true, Files: []checked{}}
	a := &auditor{keys: make(map[member]seal.PublicKey)}
	if a.root, err = batch.VerifyRoot(doc); err != nil {
		return &mishap{msgBadRoot, err}
	}
	print, err := batch.Fingerprint(doc)
	if err != nil {
		return &mishap{msgBadRoot, err}
	}
	said.Root = hex.EncodeToString(print[:])
	contents := make([][]byte, len(named))
	for i, name := range named {
		if info, err := os.Stat(name); err == nil && info.IsDir() {
			continue // of a log in tiles
		}
		if contents[i], err = readWithin(name, batch.MaxLogFile); err != nil {
			return &mishap{msgNoFile, err}
		}
	}
	said.Files = a.all(named, contents)
	for _, c := range said.Files {
		said.OK = said.OK && c.OK
	}
	if a.log != nil {
		said.Log = &seen{a.log.Checkpoint.Size, hex.EncodeToString(a.log.Checkpoint.Root[:])}
	}
	if err := json.NewEncoder(p.Stdout).Encode(said); err != nil {
		return err
	}
	if !said.OK {
		return &mishap{msgNotVerified, errNotAll}
	}
	return nil
}

// all checks the log first: batches and receipts rest on it.
func (a *auditor) all(names []string, contents [][]byte) []checked {
	list := make([]checked, len(names))
	for i, name := range names {
		list[i] = checked{File: name, Kind: "unknown"}
		if bytes.HasPrefix(contents[i], []byte("LWSL1\n")) {
			list[i].Kind = "log"
			list[i].told(a.readLog(contents[i]))
		}
	}
	for i := range names {
		c := &list[i]
		switch {
		case c.Kind == "log":
		case contents[i] == nil:
			c.Kind = "log"
			c.told(a.readTiles(names[i]))
		case batch.IsBatch(contents[i]):
			c.Kind = "batch"
			c.told(a.batch(c, contents[i]))
		case batch.IsCapsule(contents[i]):
			c.Kind = "capsule"
			c.told(a.capsule(c, contents[i]))
		case batch.IsReceipts(contents[i]):
			c.Kind = "receipts"
			c.told(a.receipts(c, contents[i]))
		default:
			c.told(errUnknown)
		}
	}
	return list
}

func (c *checked) told(err error) {
	if c.OK = err == nil; err != nil {
		c.Reason = err.Error()
	}
}

func (a *auditor) readLog(file []byte) (err error) {
	if a.log, err = batch.ReadLog(file, a.root); err != nil {
		a.log = nil
		return err
	}
	for _, statement := range a.log.Statements {
		if g, err := batch.ReadGrant(statement, a.root.Registrar); err == nil {
			a.keys[member{g.Device, g.Epoch}] = g.Sign
			continue
		}
		if _, err := batch.VerifyRevocation(statement, a.root.Registrar); err != nil {
			return fmt.Errorf("statement: %w", err)
		}
	}
	return nil
}

// readTiles reads a log that was fetched in tiles into a folder. It has no statements; beside a log file it has to be of the
// same log, whichever of the two is longer.
func (a *auditor) readTiles(dir string) error {
	folder, err := os.OpenRoot(dir)
	if err != nil {
		return errors.New("the folder cannot be read")
	}
	defer folder.Close()
	l, err := batch.ReadTiles(folder.ReadFile, a.root)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return errors.New("a tile is missing")
	case err != nil:
		return err
	case a.log == nil:
		a.log = l
	case !a.log.Continues(l.Checkpoint) && !l.Continues(a.log.Checkpoint):
		return batch.ErrLog
	}
	return nil
}

func (a *auditor) batch(c *checked, file []byte) error {
	e, err := batch.Parse(file)
	if err != nil {
		return err
	}
	h := e.Header()
	c.Device, c.Batch = h.Device.String(), e.ID().String()
	key, err := a.keyOf(h)
	if err != nil {
		return err
	}
	if _, err := e.Verify(key); err != nil {
		return err
	}
	if c.Logged = a.log.Names(batch.BatchEntry(e.ID())); !c.Logged {
		return errNotLogged
	}
	if !a.log.Continues(screening.Checkpoint{Size: h.LogSize, Root: h.LogRoot}) && h.LogSize > 0 {
		return fmt.Errorf("the device saw another log: %w", batch.ErrLog)
	}
	return nil
}

// capsule checks a recovery copy. That the log does not name it is no fault: it may never have been handed in.
func (a *auditor) capsule(c *checked, file []byte) error {
	e, err := batch.ParseCapsule(file)
	if err != nil {
		return err
	}
	id := e.ID()
	c.Device, c.Capsule = e.Header().Device.String(), hex.EncodeToString(id[:])
	key, err := a.keyOf(e.Header())
	if err != nil {
		return err
	}
	if _, err := e.Verify(key); err != nil {
		return err
	}
	c.Logged = a.log.Names(batch.CapsuleEntry(id))
	return nil
}

// keyOf is the key that the log says was granted to the device of a header.
func (a *auditor) keyOf(h batch.Header) (key seal.PublicKey, err error) {
	if a.log == nil {
		return key, errNoLog
	}
	key, ok := a.keys[member{h.Device, h.Epoch}]
	if !ok {
		return key, errNoGrant
	}
	return key, nil
}

func (a *auditor) receipts(c *checked, file []byte) error {
	r, err := batch.VerifyReceipts(file, a.root)
	if err != nil {
		return err
	}
	c.Device = r.Device.String()
	if a.log == nil {
		return nil
	}
	if c.Logged = a.log.Continues(r.Log); !c.Logged {
		return fmt.Errorf("the log is not the one that was receipted: %w", batch.ErrLog)
	}
	return nil
}

// writeLog writes the whole log into a file for an auditor.
func (p *Program) writeLog(ctx context.Context, args []string) error {
	var w where
	f := flags("log", &w)
	named, err := p.parseNamed(f, usageLog, args)
	if err != nil {
		return err
	}
	if len(named) != 1 {
		return usageError("name the one file to write the log to")
	}
	return p.withDesk(ctx, w, func(d desk) error {
		file, err := d.Log(ctx)
		if err != nil {
			return err
		}
		return writeDurable(named[0], file)
	})
}

// Log returns the whole log as a log file.
func (o *office) Log(ctx context.Context) ([]byte, error) {
	statements, err := o.records.Statements(ctx) // first: each of them has its entry by then
	if err != nil {
		return nil, err
	}
	proof, err := o.records.Prove(ctx, 0, nil)
	if err != nil {
		return nil, err
	}
	entries, err := o.records.Entries(ctx, 0, int(proof.Size))
	if err != nil {
		return nil, err
	}
	note, err := batch.SignCheckpoint(o.root.Origin(), proof.Size, proof.Root, o.online())
	if err != nil {
		return nil, err
	}
	return batch.PackLog(note, entries, statements), nil
}
