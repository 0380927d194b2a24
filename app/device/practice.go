package device

import (
	"context"
	"crypto/rand"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"leeward/app/session"
	"leeward/internal/encvfs"
	"leeward/internal/screening"
	"leeward/internal/store"
)

// Practice reports whether interviews go to the store of practice now.
func (d *Device) Practice() bool {
	o, leave, err := d.enter()
	if err != nil {
		return false
	}
	defer leave()
	return o.practice != nil
}

// SetPractice changes between practice and earnest. What is practised stands in a file of its own, under a
// key that is drawn anew and never kept; it ends with practice, at the latest when the device is locked.
// No courier knows of it.
func (d *Device) SetPractice(ctx context.Context, on bool) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	o := d.open
	if o == nil {
		return ErrLocked
	}
	if on == (o.practice != nil) {
		return nil
	}
	o.work.Wait()
	if !on {
		return d.endPractice(o)
	}
	if err := d.sweepPractice(); err != nil {
		return err
	}
	var key encvfs.Key
	_, _ = rand.Read(key[:]) // never fails (crypto/rand)
	st, err := store.Open(ctx, d.practicePath(), key, store.Options{Now: d.o.Now, Log: d.o.Log})
	if err != nil {
		return err
	}
	o.practice = st
	return nil
}

// BecomeReal takes a talk that was begun in practice over into earnest: the practice ends, nothing of the
// talk is on the disk any more, and consent is asked again before anything is.
func (d *Device) BecomeReal(ctx context.Context, s *session.Session) error {
	if !d.Practice() {
		return nil
	}
	if err := s.Unkeep(ctx); err != nil {
		return err
	}
	if err := d.SetPractice(ctx, false); err != nil {
		return err
	}
	o, leave, err := d.enter()
	if err != nil {
		return err
	}
	defer leave()
	if err := o.store.PutQuestionnaire(ctx, s.Form().Ref(), s.Form().Questionnaire().Canonical()); err != nil {
		return err
	}
	s.KeepWith(d.keeper(o))
	return nil
}

// desk is the store for interviews: of practice while that goes on.
func (o *opened) desk() *store.Store {
	if o.practice != nil {
		return o.practice
	}
	return o.store
}

// endPractice is for who holds d.mu.
func (d *Device) endPractice(o *opened) error {
	if o.practice == nil {
		return nil
	}
	err := o.practice.Close()
	o.practice = nil
	return errors.Join(err, d.sweepPractice())
}

func (d *Device) practicePath() string { return filepath.Join(d.dir, "practice.db") }

// sweepPractice removes what a practice left, also one that was cut short.
func (d *Device) sweepPractice() error {
	left, err := filepath.Glob(d.practicePath() + "*")
	if err != nil {
		return err
	}
	for _, path := range left {
		if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return screening.Fail(screening.CodeDisk, err)
		}
	}
	return nil
}
