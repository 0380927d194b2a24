package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"slices"

	"leeward/app/session"
	"leeward/internal/screening"
	"leeward/schema"
	"leeward/schema/instrument/synthetic"
)

// talk is one interview under way, led page by page as a screener leads it.
type talk struct {
	*day
	s     *session.Session
	order []schema.Path // of the questionnaire
	pause int           // before which answer there is a break; never if negative
}

// conduct leads one interview from its first question to its end, or from where a killed program left it.
func (d *day) conduct(ctx context.Context, i int, draft screening.InterviewID) error {
	who := d.person(d.n, i)
	steps := synthetic.Interview(who, d.form, d.Marker)
	if draft != (screening.InterviewID{}) {
		return d.goOn(ctx, draft, steps)
	}
	s, err := d.device.Start(ctx, screening.Setting{
		Screener: fmt.Sprintf("S%d", d.n), Interpreter: "I1", Language: synthetic.Language(who, d.form), ScreenerLang: "en",
	})
	if err != nil {
		return fmt.Errorf("start: %w", err)
	}
	t := &talk{day: d, s: s, order: d.form.Paths(), pause: -1}
	if d.dice.IntN(3) == 0 || !d.slept && i+1 == d.Interviews {
		t.pause = len(steps)/2 + d.dice.IntN(len(steps)/3)
	}
	return t.lead(ctx, steps)
}

// goOn leads an interview from where the program was killed. What the screen had shown as saved has to stand.
func (d *day) goOn(ctx context.Context, draft screening.InterviewID, steps []synthetic.Step) error {
	s, err := d.device.Resume(ctx, draft)
	if err != nil {
		return fmt.Errorf("resume after a kill: %w", err)
	}
	t := &talk{day: d, s: s, order: d.form.Paths(), pause: -1}
	standing := t.standing()
	for path, sum := range d.Saved {
		if got := sumOf(standing[path]); got != sum {
			return fmt.Errorf("question %s: what was saved before a kill does not stand", path)
		}
	}
	if err := t.welcomeBack(ctx); err != nil {
		return err
	}
	left := steps[:0:0]
	for _, step := range steps {
		if standing[step.Path].IsZero() {
			left = append(left, step)
		}
	}
	return t.lead(ctx, left)
}

// sumOf stands for an answer where it is compared.
func sumOf(a schema.Answer) string {
	sum := sha256.Sum256([]byte(string(a.Missing) + "\x00" + a.Value))
	return hex.EncodeToString(sum[:8])
}

func (t *talk) lead(ctx context.Context, steps []synthetic.Step) error {
	for at, step := range steps {
		if err := t.step(ctx, at, step); err != nil {
			return fmt.Errorf("question %s: %w", step.Path, err)
		}
	}
	return t.finish(ctx)
}

// person returns the seed of the i-th person interviewed on a device.
func (f *fleet) person(n, i int) uint64 { return f.Seed*1_000_003 + uint64(n)*1009 + uint64(i) }

func (t *talk) step(ctx context.Context, at int, step synthetic.Step) error {
	if at == t.pause {
		if err := t.rest(ctx); err != nil {
			return err
		}
	}
	switch t.dice.IntN(12) {
	case 0: // the interpreter wants to see the other wording
		langs := t.form.Questionnaire().Languages
		if err := t.s.Language(ctx, langs[t.dice.IntN(len(langs))].Tag); err != nil {
			return fmt.Errorf("switch language: %w", err)
		}
	case 1: // what was it again?
		t.s.Back(ctx)
	}
	if !t.s.State().Relevant(step.Path) {
		return nil // today is another day than when this person was invented
	}
	if err := t.reach(ctx, step.Path); err != nil {
		return err
	}
	return t.answer(ctx, step.Path, step.Answer)
}

// answer gives an answer, or says that the person does not know where the form does not admit it, and
// makes sure that it is where the screen says it is.
func (t *talk) answer(ctx context.Context, path schema.Path, a schema.Answer) error {
	t.eye.saving(path)
	problem, err := t.s.Answer(ctx, path, a)
	if problem != nil {
		a = schema.Answer{Missing: schema.DoesNotKnow}
		problem, err = t.s.Answer(ctx, path, a)
	}
	if err != nil {
		return err
	}
	if problem != nil {
		return fmt.Errorf("not admitted: %s", problem.Reason)
	}
	if got, saved := t.s.Standing(path); got != a || !saved || t.s.SavedState() == session.NotSaved {
		return errors.New("the answer was taken and does not stand")
	}
	if t.s.SavedState() == session.OnDisk {
		t.eye.saved(path, a)
	}
	return nil
}

// distant is how many questions away nobody pages to another one any more, but looks it up in the outline.
const distant = 40

// reach pages forwards or back until a question is on the screen, or jumps to one that is far away.
func (t *talk) reach(ctx context.Context, path schema.Path) error {
	for range 3 * len(t.order) {
		page := t.s.Page()
		if slices.Contains(page.Paths, path) {
			return nil
		}
		ahead := t.ahead(page, path)
		if max(ahead, -ahead) > distant {
			switch err := t.s.Jump(ctx, path); {
			case errors.Is(err, session.ErrStaffClosed): // the person has left
				t.s.OpenStaff()
			case err != nil:
				return fmt.Errorf("jump: %w", err)
			}
			continue
		}
		if ahead < 0 {
			t.s.Back(ctx)
			continue
		}
		if err := t.next(ctx); err != nil {
			return err
		}
	}
	return errors.New("paging does not get there")
}

// ahead counts the questions of the questionnaire from a page to a question; below zero if it lies behind.
func (t *talk) ahead(page session.Page, path schema.Path) int {
	if len(page.Paths) == 0 {
		return 0
	}
	return slices.Index(t.order, path) - slices.Index(t.order, page.Paths[0])
}

// next goes one page on. A required question that was left open gets the reason "not asked".
func (t *talk) next(ctx context.Context) error {
	problems, err := t.s.Next(ctx)
	switch {
	case errors.Is(err, session.ErrStaffClosed): // the person has left
		t.s.OpenStaff()
		return nil
	case err != nil:
		return fmt.Errorf("next page: %w", err)
	}
	return t.leaveOpen(ctx, problems)
}

func (t *talk) leaveOpen(ctx context.Context, problems []schema.Problem) error {
	for _, p := range problems {
		if p.Reason != schema.BadRequired {
			return fmt.Errorf("an answer is not valid any more: %s", p.Reason)
		}
		if err := t.answer(ctx, p.Path, schema.Answer{Missing: schema.NotAsked}); err != nil {
			return err
		}
	}
	return nil
}

// rest is a break: the same session goes on, or another one takes over from the disk, once on each device
// after it was locked.
func (t *talk) rest(ctx context.Context) error {
	if t.s.SavedState() != session.OnDisk || t.dice.IntN(3) == 0 && t.slept {
		if err := t.s.Pause(ctx); err != nil {
			return fmt.Errorf("pause: %w", err)
		}
		return t.welcomeBack(ctx)
	}
	id, before := t.s.ID(), t.standing()
	if err := t.s.Stop(ctx); err != nil {
		return fmt.Errorf("stop: %w", err)
	}
	if !t.slept {
		t.slept = true
		if err := t.device.Lock(ctx); err != nil {
			return fmt.Errorf("lock: %w", err)
		}
		if err := t.unlock(ctx); err != nil {
			return err
		}
	}
	s, err := t.device.Resume(ctx, id)
	if err != nil {
		return fmt.Errorf("resume: %w", err)
	}
	t.s = s
	if !maps.Equal(before, t.standing()) {
		return fmt.Errorf("resume: other answers stand than before the break, %d and %d", len(before), len(t.standing()))
	}
	return t.welcomeBack(ctx)
}

// standing returns the answers that the screen shows.
func (t *talk) standing() schema.Answers {
	all := make(schema.Answers)
	for _, path := range t.order {
		if a, _ := t.s.Standing(path); !a.IsZero() {
			all[path] = a
		}
	}
	return all
}

// welcomeBack answers the questions of privacy again, as they stand, and goes on.
func (t *talk) welcomeBack(ctx context.Context) error {
	paths, _ := t.s.WelcomeBack()
	for _, path := range paths {
		a, _ := t.s.Standing(path)
		if err := t.answer(ctx, path, a); err != nil {
			return fmt.Errorf("welcome back: %w", err)
		}
	}
	if err := t.s.AckWelcomeBack(); err != nil {
		return fmt.Errorf("welcome back: %w", err)
	}
	return nil
}

func (t *talk) finish(ctx context.Context) error {
	t.s.OpenStaff()
	for _, kind := range t.s.OpenActions() {
		if err := t.s.Act(ctx, kind, "called the shift leader", "en"); err != nil {
			return fmt.Errorf("finish: %w", err)
		}
	}
	for range 3 { // an answer "not asked" may open another required question
		problems, err := t.s.Finish(ctx)
		if err != nil {
			return fmt.Errorf("finish: %w", err)
		}
		if len(problems) == 0 {
			return nil
		}
		if err := t.leaveOpen(ctx, problems); err != nil {
			return fmt.Errorf("finish: %w", err)
		}
	}
	return errors.New("finish: questions stay open")
}
