package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"leeward/internal/screening"
	"leeward/internal/vault"
	"leeward/sync/batch"
	"leeward/sync/intake"
)

// arrived is what one batch, or one recovery copy, on a stick came to.
type arrived struct {
	Batch   string `json:"batch,omitempty"`
	Capsule bool   `json:"capsule,omitempty"` // it is a recovery copy
	Level   string `json:"level"`             // stored, opened, quarantined or refused; of a copy also known: there is something newer
	Code    string `json:"code,omitempty"`
}

// handed is what one file came to.
type handed struct {
	File    string    `json:"file"`
	Code    string    `json:"code,omitempty"` // of a file that could not be taken at all
	Batches []arrived `json:"batches"`

	cut bool // it is less than a carry file
}

var levelNames = map[screening.Level]string{
	screening.LevelStored: "stored", screening.LevelOpened: "opened", screening.LevelQuarantined: "quarantined",
}

// Receive takes one file that came by stick.
func (o *office) Receive(ctx context.Context, file []byte) ([]arrived, error) {
	in, err := o.intake(ctx)
	if err != nil {
		return nil, err
	}
	taken, err := in.Take(ctx, file)
	list := make([]arrived, 0, len(taken))
	for _, t := range taken {
		list = append(list, arrivedOf(t))
	}
	return list, err
}

func arrivedOf(t intake.Taken) arrived {
	switch {
	case t.Err != nil:
		return arrived{Capsule: t.Capsule != nil, Level: "refused", Code: string(screening.CodeOf(t.Err))}
	case t.Capsule == nil:
		return arrived{Batch: t.Receipt.Batch.Short(), Level: levelNames[t.Receipt.Level], Code: string(t.Receipt.Code)}
	case t.Capsule.Level == screening.LevelOpened && !t.Capsule.Shown:
		return arrived{Capsule: true, Level: "known"}
	}
	return arrived{Capsule: true, Level: levelNames[t.Capsule.Level], Code: string(t.Capsule.Code)}
}

func (p *Program) receive(ctx context.Context, args []string) error {
	var (
		w      where
		asJSON bool
	)
	f := flags("receive", &w)
	f.BoolVar(&asJSON, "json", false, "")
	named, err := p.parseNamed(f, usageReceive, args)
	if err != nil {
		return err
	}
	if len(named) == 0 {
		return usageError("name the files that came on the stick, or the folder that holds them")
	}
	files, err := spread(named)
	if err != nil {
		return err
	}
	var all []handed
	cut := 0
	err = p.withDesk(ctx, w, func(d desk) error {
		for _, f := range files {
			one, err := handIn(ctx, d, f)
			if err != nil {
				return err
			}
			if one.Code != "" && f.found { // something else lies in the folder
				if one.cut {
					cut++
				}
				continue
			}
			all = append(all, one)
		}
		return nil
	})
	if cut > 0 {
		fmt.Fprintf(p.Stderr, receivedCut, cut)
	}
	return errors.Join(err, p.tellReceived(all, asJSON))
}

// source is a file that was named, or found in a folder that was named, or one that was made of a device's folder.
type source struct {
	path  string
	found bool
	made  []byte
}

// spread lists the files that are named, and those in the folders that are. A folder of a device, copied from its disk as it
// is, stands for what would be handed in from there.
func spread(named []string) (files []source, err error) {
	for _, name := range named {
		info, err := os.Stat(name)
		if err != nil {
			return nil, &mishap{msgNoFile, err}
		}
		if !info.IsDir() {
			files = append(files, source{path: name})
			continue
		}
		made, err := vault.CollectHandIn(name)
		switch {
		case err == nil:
			for _, file := range made {
				files = append(files, source{path: name, made: file})
			}
			continue
		case !errors.Is(err, vault.ErrNothingKept):
			return nil, &mishap{msgNoFile, err}
		}
		entries, err := os.ReadDir(name)
		if err != nil {
			return nil, &mishap{msgNoFile, err}
		}
		for _, e := range entries {
			if e.Type().IsRegular() {
				files = append(files, source{path: filepath.Join(name, e.Name()), found: true})
			}
		}
	}
	return files, nil
}

// handIn gives one file to the office. The error is of the office; what is wrong with the file is told in handed.
func handIn(ctx context.Context, d desk, f source) (handed, error) {
	one := handed{File: f.path, Batches: []arrived{}}
	content := f.made
	if content == nil {
		var err error
		if content, err = readWithin(f.path, maxStick); err != nil {
			one.Code = string(screening.EFormat)
			return one, nil
		}
	}
	one.cut = batch.IsCutCarry(content)
	taken, err := d.Receive(ctx, content)
	one.Batches = append(one.Batches, taken...)
	switch code := screening.CodeOf(err); {
	case err == nil:
	case code == screening.EFormat || code == screening.EOpen:
		one.Code = string(code)
	default:
		return one, fmt.Errorf("receive: %w", err)
	}
	return one, nil
}

// maxStick is the longest file that is taken from a stick.
const maxStick = max(batch.MaxFile, batch.MaxCarryFile, vault.MaxHandIn)

var errTooLarge = errors.New("larger than any such file")

// readWithin reads a file that may come from anybody, of at most so many bytes.
func readWithin(path string, most int) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, int64(most)+1))
	if err == nil && len(b) > most {
		err = errTooLarge
	}
	return b, err
}

// tellReceived prints what came in. A file that could not be taken, or a batch that was refused, is an error of the
// command: somebody has to look.
func (p *Program) tellReceived(all []handed, asJSON bool) error {
	counts, copies, wrong := map[string]int{}, map[string]int{}, 0
	for _, h := range all {
		if h.Code != "" {
			wrong++
		}
		for _, b := range h.Batches {
			if b.Capsule {
				copies[b.Level]++
				copies["all"]++
			} else {
				counts[b.Level]++
			}
		}
	}
	var err error
	if asJSON {
		if all == nil {
			all = []handed{}
		}
		err = json.NewEncoder(p.Stdout).Encode(map[string][]handed{"files": all})
	} else {
		_, err = fmt.Fprintf(p.Stdout, receivedText, len(all), counts["opened"], counts["stored"], counts["quarantined"], counts["refused"])
		if err == nil && copies["all"] > 0 {
			_, err = fmt.Fprintf(p.Stdout, receivedCopies, copies["all"], copies["opened"], copies["known"], copies["stored"],
				copies["quarantined"], copies["refused"])
		}
		for _, h := range all {
			if h.Code != "" {
				fmt.Fprintf(p.Stderr, receivedWrong, h.File, h.Code)
			}
			for _, b := range h.Batches {
				if b.Level == "refused" {
					fmt.Fprintf(p.Stderr, receivedRefused, h.File, b.Code)
				}
			}
		}
	}
	if err == nil && wrong+counts["refused"]+copies["refused"] > 0 {
		err = &mishap{msgNotAllReceived, errNotAll}
	}
	return err
}

var errNotAll = errors.New("not everything was taken")
