package session

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"leeward/internal/screening"
	"leeward/schema"
)

// Records is what going on with a kept interview needs of the store.
type Records interface {
	Keeper
	Interview(ctx context.Context, id screening.InterviewID) (screening.Interview, error)
	Place(ctx context.Context, id screening.InterviewID) (schema.Path, error)
}

// Resume goes on with a draft after a pause or a restart: the same question, the same languages. p.Form
// must be the form of the questionnaire with which the interview was begun (bad_questionnaire). Codes of
// p.Setting that are not empty take the place of the kept ones: another screener may go on.
//
// Before the talk goes on the questions of privacy are asked again: see [Session.WelcomeBack].
func Resume(ctx context.Context, from Records, id screening.InterviewID, p Params) (*Session, error) {
	iv, err := from.Interview(ctx, id)
	if err != nil {
		return nil, err
	}
	if iv.Status != screening.Draft {
		return nil, fmt.Errorf("resume interview %s: %w", id, ErrEnded)
	}
	if iv.Questionnaire != p.Form.Ref() {
		return nil, screening.Fail(screening.CodeBadQuestions,
			fmt.Errorf("interview %s was begun with %s, not %s", id, iv.Questionnaire, p.Form.Ref()))
	}
	at, err := from.Place(ctx, id)
	if err != nil {
		return nil, err
	}
	p.Keeper = from
	s, err := assemble(p)
	if err != nil {
		return nil, err
	}
	s.id, s.code, s.started, s.at = iv.ID, iv.Code, iv.Started, at
	s.setting = s.fullSetting(screening.Setting{
		Screener:     cmp.Or(p.Setting.Screener, iv.Setting.Screener),
		Interpreter:  cmp.Or(p.Setting.Interpreter, iv.Setting.Interpreter),
		Language:     iv.Setting.Language,
		ScreenerLang: cmp.Or(p.Setting.ScreenerLang, iv.Setting.ScreenerLang),
	})
	s.phase, s.onDisk = kept, true
	for _, r := range iv.Answers {
		s.apply(r)
		s.seq = r.Seq
	}
	s.evaluate()
	s.settle()
	s.askAgain()
	return s, nil
}

// Pause keeps the place. The talk goes on only after [Session.AckWelcomeBack]. Covering the screen is the
// caller's business, and comes first.
func (s *Session) Pause(ctx context.Context) error {
	if s.phase == over {
		return ErrEnded
	}
	s.CloseStaff()
	s.askAgain()
	return s.keepPlace(ctx)
}

// askAgain asks the questions of privacy again once they have been answered at all: those of the
// preparation that have a gate.
func (s *Session) askAgain() {
	again := make(map[schema.Path]bool)
	answered := false
	for _, path := range s.form.Paths() {
		item, _ := s.form.Item(path)
		if item.Kind == schema.Group || item.Gate == nil || s.form.Stage(path) != schema.StagePrepare {
			continue
		}
		again[path] = false
		answered = answered || !s.answers[path].IsZero()
	}
	if answered {
		s.again = again
	}
}

// NeedsWelcomeBack reports whether the talk was interrupted: the screen asks the questions of
// WelcomeBack, then "shall we go on?", and calls AckWelcomeBack or Stop.
func (s *Session) NeedsWelcomeBack() bool { return s.again != nil }

// WelcomeBack returns the questions of privacy that are asked again after an interruption, whatever was
// answered before, and whether each has been answered since.
func (s *Session) WelcomeBack() (paths []schema.Path, answered []bool) {
	for _, path := range s.state.Visible() {
		if done, asked := s.again[path]; asked {
			paths, answered = append(paths, path), append(answered, done)
		}
	}
	return paths, answered
}

// AckWelcomeBack goes on after an interruption: the person wants to. It refuses with ErrWelcomeBack while
// a question of privacy is open, and with ErrStopped while an answer says that the place is not private.
func (s *Session) AckWelcomeBack() error {
	if s.phase == over {
		return ErrEnded
	}
	paths, answered := s.WelcomeBack()
	if slices.Contains(answered, false) {
		return ErrWelcomeBack
	}
	if s.stopped(paths) {
		return ErrStopped
	}
	s.again = nil
	return nil
}

// Language switches the language of the interview, in the middle of a question if need be: answers and
// place stay. The switch holds even if it could not be kept for a later resume, which is the error.
func (s *Session) Language(ctx context.Context, lang schema.Lang) error {
	if !s.speaks(lang) {
		return ErrNotHere
	}
	s.setting.Language = lang
	return s.resettle(ctx)
}

// ScreenerLanguage switches the language beside it; otherwise it is as Language.
func (s *Session) ScreenerLanguage(ctx context.Context, lang schema.Lang) error {
	if !s.speaks(lang) {
		return ErrNotHere
	}
	s.setting.ScreenerLang = lang
	return s.resettle(ctx)
}

// ChangeInterpreter notes who interprets from now on, by code; empty for nobody. No reason is asked. If
// somebody else interpreted before, the questions of privacy are asked again.
func (s *Session) ChangeInterpreter(ctx context.Context, code string) error {
	if s.phase == over {
		return ErrEnded
	}
	before := s.setting.Interpreter
	s.setting.Interpreter = code
	if before != code && (before != "" || s.consentOf(s.answers) != consentOpen) {
		s.askAgain()
	}
	return s.resettle(ctx)
}

func (s *Session) speaks(lang schema.Lang) bool {
	return s.phase != over && slices.ContainsFunc(s.form.Questionnaire().Languages,
		func(l schema.Language) bool { return l.Tag == lang })
}

// resettle notes what follows from another language or another person, and the place.
func (s *Session) resettle(ctx context.Context) error {
	s.evaluate()
	follow := func(now schema.Answers) schema.Answers { return s.form.Settle(now, s.env()) }
	if len(s.changed(s.answers, follow(s.answers))) > 0 {
		if err := s.take(ctx, &step{next: follow}); err != nil {
			return err
		}
	}
	return s.keepPlace(ctx)
}

// keepPlace notes on the disk where the talk stands, if the interview is kept.
func (s *Session) keepPlace(ctx context.Context) error {
	if s.phase != kept {
		return nil
	}
	at := cmp.Or(s.urgentTo, s.at) // an urgent need is no place to go on from
	if err := s.keeper.SetPlace(ctx, s.id, at, s.setting); err != nil {
		s.log.Error("place not kept", "interview", s.id.String(), "code", screening.CodeOf(err))
		return err
	}
	return nil
}

// ChangeScreener notes who leads the talk from now on, by code.
func (s *Session) ChangeScreener(ctx context.Context, code string) error {
	if s.phase == over {
		return ErrEnded
	}
	s.setting.Screener = code
	return s.resettle(ctx)
}
