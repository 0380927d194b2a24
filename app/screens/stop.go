package screens

import (
	"context"
	"errors"
	"strings"

	"fyne.io/fyne/v2"

	"leeward/app/session"
	"leeward/app/typeset"
	"leeward/internal/screening"
	"leeward/internal/store"
	"leeward/schema"
)

// stop ends the talk at once and asks nothing. What was kept stays as a draft; the screen after it offers
// to erase that too.
func (t *talk) stop() {
	t.flush()
	if t.session.Over() {
		return
	}
	kept, weighs := t.session.Kept(), t.weighs()
	id, code := t.session.ID(), t.session.Code()
	if err := t.session.Stop(context.Background()); err != nil {
		t.show(t.stopUnsaved(err))
		return
	}
	leave := func(note string) { t.leave(note, weighs) }
	if !kept {
		leave(t.say("stop.erased.text"))
		return
	}
	t.talking = nil
	t.show(t.stopped(id, code, leave))
}

// stopped says where the talk was left, and the code under which somebody else can go on with it; leave goes home with
// a note.
func (s *Screens) stopped(id screening.InterviewID, code screening.RespondentCode, leave func(note string)) view {
	lines := []fyne.CanvasObject{s.heading("interview.code.label", "Code", string(code)), s.text("interview.paused.text")}
	return s.ask("interview.paused.title", lines,
		way{"app.done.button", typeset.Primary, func() { leave("") }},
		way{"stop.erase.button", typeset.Quiet, func() { s.show(s.withdrawal(id, leave)) }},
		way{"stop.return.button", typeset.Quiet, func() { s.goOn(id) }},
	)
}

// stopUnsaved is for the one case in which stopping has to ask: an answer could not be saved.
func (t *talk) stopUnsaved(err error) view {
	return t.Screens.ask("stop.talk.title", []fyne.CanvasObject{t.text("interview.unsaved.text"), t.label(t.trouble(err))},
		way{"app.retry.button", typeset.Primary, t.stop},
		way{"stop.erase.button", typeset.Danger, func() {
			weighs := t.weighs()
			if err := t.session.StopAndErase(context.Background()); err != nil {
				t.show(t.stopUnsaved(err))
				return
			}
			t.leave(t.say("stop.erased.text"), weighs)
		}},
		way{"stop.return.button", typeset.Quiet, t.present},
	)
}

// withdrawal takes consent back: one question, so that a slip erases nothing, and no reason; leave goes home with a note.
func (s *Screens) withdrawal(id screening.InterviewID, leave func(note string)) view {
	lines := []fyne.CanvasObject{s.text("withdraw.agreement.text"), s.quiet("withdraw.sealed.text")}
	return s.ask("withdraw.agreement.title", lines,
		way{"withdraw.erase.button", typeset.Danger, func() {
			travels, err := s.Device.Withdraw(context.Background(), id)
			switch {
			case err != nil:
				s.show(s.home(s.trouble(err)))
			case travels:
				s.Device.Finished()
				leave(s.say("withdraw.travels.text"))
			default:
				leave(s.say("withdraw.done.text"))
			}
		}},
		way{"withdraw.keep.button", typeset.Quiet, func() { leave("") }},
	)
}

// withdraw takes everything back and ends the talk.
func (t *talk) withdraw() {
	weighs := t.weighs()
	if err := t.session.Withdraw(context.Background()); err != nil {
		t.present()
		t.frame.tell(t.trouble(err))
		return
	}
	t.leave(t.say("withdraw.done.text"), weighs)
}

// findToWithdraw takes an agreement back with nothing in hand but the code: of what is unfinished, finished or
// already at the office.
func (s *Screens) findToWithdraw(note string) view {
	message := s.notice()
	message.Set(note, s.words.Lang())
	var find func()
	code := s.entry(func() { find() })
	find = func() {
		typed := screening.RespondentCode(strings.ToUpper(strings.TrimSpace(code.Text)))
		if typed == "" {
			return
		}
		id, err := s.Device.Find(context.Background(), typed)
		if errors.Is(err, store.ErrNotFound) {
			s.tell(message, s.say("withdraw.unknown.text"))
			return
		}
		if err != nil {
			s.tell(message, s.trouble(err))
			return
		}
		s.show(s.withdrawal(id, func(note string) { s.show(s.home(note)) }))
	}
	home := func() { s.show(s.home("")) }
	body := page(s.title("withdraw.agreement.title"), s.quiet("withdraw.code.text"), code, message,
		s.button("interview.next.button", typeset.Primary, find), s.button("app.back.button", typeset.Quiet, home))
	return view{body: body, focus: code, key: s.escape(home)}
}

// leaveOut erases one answer, with everything said before to its question, when the person asks for it.
func (t *talk) leaveOut(a *asked) view {
	return t.ask("summary.leave_out.title", []fyne.CanvasObject{t.text("summary.leave_out.text")},
		way{"summary.leave_out.button", typeset.Primary, func() {
			err := t.session.LeaveOut(context.Background(), a.path)
			t.setAside()
			delete(t.half, a.path)
			t.present()
			if err != nil && t.frame != nil {
				t.frame.tell(t.trouble(err))
			}
		}},
		way{"app.back.button", typeset.Quiet, t.present},
	)
}

// takeBack asks once before an answer erases everything.
func (t *talk) takeBack(a *asked, answer schema.Answer) view {
	return t.ask("withdraw.agreement.title", []fyne.CanvasObject{t.text("withdraw.agreement.text"), t.quiet("withdraw.sealed.text")},
		way{"withdraw.erase.button", typeset.Danger, func() { t.give(a, answer) }},
		way{"withdraw.keep.button", typeset.Quiet, t.present},
	)
}

// pause covers the screen at once. The way back asks again whether the place is private.
func (t *talk) pause() {
	t.flush()
	if t.session.Over() {
		return
	}
	err := t.session.Pause(context.Background())
	lines := []fyne.CanvasObject{t.text("interview.paused.text")}
	if err != nil {
		lines = append(lines, t.label(t.trouble(err)))
	}
	v := t.Screens.ask("interview.paused.title", lines,
		way{"interview.resume.button", typeset.Primary, t.present},
		way{"interview.stop.button", typeset.Quiet, t.stop},
	)
	v.key = nil // nothing but a choice between the two goes on from here
	needs := t.row(t.button("interview.cover.button", typeset.Quiet, t.cover), t.button("interview.urgent.button", typeset.Danger, t.urgent))
	v.body = frameAround(nil, v.body, t.footer(needs, t.row()))
	t.show(t.here(v))
}

// welcomeBack asks again who is present and whether the place is private, after a call that was cut or
// with another interpreter the checks too, and then the person, in their language, whether to go on.
func (t *talk) welcomeBack() view {
	t.setAside()
	t.alone = false // somebody else may be there now
	t.frame = t.newFrame()
	paths, answered := t.session.WelcomeBack()
	objects := []fyne.CanvasObject{t.title("interview.paused.title"), t.quiet("interview.paused.text")}
	ask := func(path schema.Path, anew bool) {
		a := t.question(path)
		a.show()
		if anew {
			a.block.Set(schema.Answer{})
		}
		t.asked = append(t.asked, a)
		objects = append(objects, card(a.objects()...))
	}
	for i, path := range paths {
		ask(path, !answered[i])
	}
	if t.recheck {
		for _, path := range t.interpreting() {
			ask(path, false)
		}
	}
	objects = append(objects, card(t.shallWe()))
	resume := func() {
		t.flush()
		switch err := t.session.AckWelcomeBack(); err {
		case nil:
			t.recheck = false
			t.present()
		case session.ErrStopped:
			t.frame.remark(t.stopRemark())
		default:
			t.frame.tell(t.say("problem.required.text"))
		}
	}
	on := t.rowEnd(t.button("interview.resume.button", typeset.Primary, resume))
	key := func(k fyne.KeyName) bool {
		if k == fyne.KeyPageDown {
			resume()
			return true
		}
		return false
	}
	body := frameAround(padded(t.frame.note), page(objects...), t.footer(t.out(), on))
	v := t.here(view{body: body, key: key, digit: t.pick})
	if len(t.asked) > 0 {
		v.begin = func() { t.asked[0].block.Focus(t.Window.Canvas()) }
	}
	return v
}

// shallWe is what the person is asked before the talk goes on.
func (t *talk) shallWe() fyne.CanvasObject {
	words := t.Catalogue.For(string(t.session.Setting().Language))
	first, second := typeset.NewLabel(words.Say("interview.go_on.title"), words.Lang()), t.quiet("interview.go_on.title")
	first.Step, first.Bold = typeset.Large, true
	return typeset.NewPair(first, second)
}

// refusal ends a talk that the person does not want. Nothing of it is kept; urgent needs stay open.
func (t *talk) refusal() view {
	return t.ask("consent.refused.title", []fyne.CanvasObject{t.text("consent.refused.text")},
		way{"consent.end.button", typeset.Primary, func() {
			weighs := t.weighs()
			if err := t.session.Abandon(context.Background()); err != nil {
				t.show(t.home(t.trouble(err)))
				return
			}
			t.leave(t.say("stop.erased.text"), weighs)
		}},
		way{"consent.needs.button", typeset.Danger, t.urgent},
		way{"app.back.button", typeset.Quiet, t.present},
	)
}

// staffDoor stands before the pages for the screener alone.
func (t *talk) staffDoor() view {
	return t.ask("stage.staff.title", []fyne.CanvasObject{t.text("stage.staff.text")},
		way{"stage.staff.button", typeset.Primary, func() {
			t.session.OpenStaff()
			t.present() // where it is seen if something still keeps the talk from going on
			t.next()
		}},
		way{"app.back.button", typeset.Quiet, t.present},
	)
}
