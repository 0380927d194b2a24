package session

import (
	"context"
	"slices"
	"strings"

	"leeward/schema"
)

// Page is what the screen shows at once: one question, or the questions of one group that asks for it
// (appearance field-list).
type Page struct {
	Stage   schema.Stage
	Group   schema.Path   // the group whose questions stand together; empty for a single question
	Paths   []schema.Path // notes included, document order; empty when nothing can be asked, and where Repeat stands
	Round   *Instance     // the round of a repeat that the page belongs to; nil outside
	Repeat  schema.Path   // the page asks whether to add a round to this repeat
	Index   int           // from 1, among the pages that are relevant so far
	Of      int
	CanBack bool
	CanNext bool // there is a page to go to; whether Next goes there depends on the answers
	Urgent  bool // in the urgent questions: going on or back leads to where the talk was
	Staff   bool // the next pages are for the staff alone: see OpenStaff
}

// page is one page of the walk.
type page struct {
	stage  schema.Stage
	group  schema.Path
	paths  []schema.Path
	repeat schema.Path // of the page that asks for one round more; it has no questions
}

// at is the path by which the cursor names the page.
func (p page) at() schema.Path {
	if p.repeat != "" {
		return p.repeat
	}
	return p.paths[0]
}

func (p page) has(path schema.Path) bool {
	return slices.Contains(p.paths, path) || p.repeat != "" && p.repeat == path
}

// walk is the pages of one state. A page is turned more often than an answer is given, an answer seldom changes which
// questions there are, and a long questionnaire has thousands of them: what was laid out stays for as long as it is right.
type walk struct {
	pages       []page
	staffClosed bool // there are pages of the staff, and they are closed

	state          *schema.State // for which it is right, with the staff's pages open or not
	staffOpen      bool
	visible, doors []schema.Path // of which it was laid out
}

// pages lists the pages that can be reached now, in document order. The caller leaves them as they are.
func (s *Session) pages() (list []page, staffClosed bool) {
	was := s.walk
	if was == nil || was.staffOpen != s.staffOpen || was.state != s.state {
		now := &walk{state: s.state, staffOpen: s.staffOpen, visible: s.state.Visible(), doors: s.doors()}
		if was != nil && was.staffOpen == s.staffOpen && slices.Equal(was.visible, now.visible) && slices.Equal(was.doors, now.doors) {
			now.pages, now.staffClosed = was.pages, was.staffClosed
		} else {
			now.pages, now.staffClosed = s.lay(now.visible, now.doors)
		}
		s.walk = now
	}
	return s.walk.pages, s.walk.staffClosed
}

// lay lays out the pages of what a person sees, and those that ask for one round more.
func (s *Session) lay(visible, doors []schema.Path) (list []page, staffClosed bool) {
	for _, path := range visible {
		node := s.state.Node(path)
		if node.Stage == schema.StageStaff && !s.staffOpen {
			staffClosed = true
			continue
		}
		group := s.fieldList(node.Groups)
		if n := len(list); group != "" && n > 0 && list[n-1].group == group {
			list[n-1].paths = append(list[n-1].paths, path)
			continue
		}
		list = append(list, page{stage: node.Stage, group: group, paths: []schema.Path{path}})
	}
	for _, repeat := range doors {
		door := page{stage: s.form.Stage(repeat), repeat: repeat}
		i := slices.IndexFunc(list, func(p page) bool {
			return !strings.HasPrefix(string(p.at()), string(repeat)+"[") && s.order(p.at(), repeat) > 0
		})
		if i < 0 {
			i = len(list)
		}
		list = slices.Insert(list, i, door)
	}
	return list, staffClosed
}

// fieldList returns the outermost of groups whose questions stand on one page.
func (s *Session) fieldList(groups []schema.Path) schema.Path {
	for _, g := range groups {
		if item, ok := s.form.Item(g); ok && slices.Contains(strings.Fields(item.Appearance), "field-list") {
			return g
		}
	}
	return ""
}

// where returns the reachable pages and the number of the one that is shown, -1 where there is none.
func (s *Session) where() (list []page, i int, staffClosed bool) {
	list, staffClosed = s.pages()
	i = slices.IndexFunc(list, func(p page) bool { return p.has(s.at) })
	return list, i, staffClosed
}

// settle moves the cursor off a question that cannot be asked any more: to the next one that can, or
// else to the last.
func (s *Session) settle() {
	list, i, _ := s.where()
	if i >= 0 || len(list) == 0 {
		return
	}
	for _, p := range list {
		if s.at == "" || s.order(p.at(), s.at) > 0 {
			s.at = p.at()
			return
		}
	}
	s.at = list[len(list)-1].at()
}

// Page returns the page that is shown.
func (s *Session) Page() Page {
	list, i, staffClosed := s.where()
	if i < 0 || s.phase == over {
		return Page{}
	}
	last := i == len(list)-1
	var round *Instance
	if in, ok := s.instance(s.at); ok {
		round = &in
	}
	return Page{
		Stage: list[i].stage, Group: list[i].group, Paths: slices.Clone(list[i].paths), Round: round, Repeat: list[i].repeat,
		Index: i + 1, Of: len(list),
		CanBack: i > 0 || s.urgentTo != "", CanNext: !last || s.urgentTo != "",
		Urgent: s.urgentTo != "", Staff: last && staffClosed,
	}
}

// Next goes to the next page. It stays where it is, and says why, with problems if a relevant required
// question of this page is open or an answer not valid; with ErrNotSaved if an answer could not be
// saved; with ErrStopped, ErrWelcomeBack, ErrConsentFirst or ErrStaffClosed for what these say; with
// ErrNotHere at the end.
func (s *Session) Next(ctx context.Context) ([]schema.Problem, error) {
	if err := s.settled(ctx); err != nil {
		return nil, err
	}
	list, i, staffClosed := s.where()
	if i < 0 {
		return nil, ErrNotHere
	}
	if s.urgentTo == "" && s.NeedsWelcomeBack() {
		return nil, ErrWelcomeBack
	}
	if problems := s.problemsOn(list[i]); len(problems) > 0 {
		return problems, nil
	}
	if s.urgentTo != "" && (i+1 == len(list) || list[i+1].stage != schema.StageNeeds) {
		s.ReturnFromUrgent()
		return nil, nil
	}
	if s.stopped(list[i].paths) {
		return nil, ErrStopped
	}
	if i+1 == len(list) {
		if staffClosed {
			return nil, ErrStaffClosed
		}
		return nil, ErrNotHere
	}
	return nil, s.moveTo(ctx, list[i+1].at())
}

// Back goes to the page before. It never refuses; on the first page it stays.
func (s *Session) Back(ctx context.Context) {
	list, i, _ := s.where()
	switch {
	case s.urgentTo != "" && (i <= 0 || list[i-1].stage != schema.StageNeeds):
		s.ReturnFromUrgent()
	case i > 0:
		s.at = list[i-1].at()
		_ = s.keepPlace(ctx) // logged there; the place is not worth stopping somebody who wants to go back
	}
}

// Jump goes to the page of a question, under the rules of Next but without asking for the page that is
// left.
func (s *Session) Jump(ctx context.Context, path schema.Path) error {
	if err := s.settled(ctx); err != nil {
		return err
	}
	if s.NeedsWelcomeBack() {
		return ErrWelcomeBack
	}
	node := s.state.Node(path)
	if node.Item != nil && node.Stage == schema.StageStaff && !s.staffOpen {
		return ErrStaffClosed
	}
	list, _ := s.pages()
	if !slices.ContainsFunc(list, func(p page) bool { return p.has(path) }) {
		return ErrNotHere
	}
	return s.moveTo(ctx, path)
}

// moveTo keeps the place and goes there, in this order, if nothing stands in the way of that stage.
func (s *Session) moveTo(ctx context.Context, path schema.Path) error {
	if err := s.mayEnter(path); err != nil {
		return err
	}
	from, urgent := s.at, s.urgentTo
	s.at = path
	if s.form.Stage(path) != schema.StageNeeds {
		s.urgentTo = ""
	}
	if err := s.keepPlace(ctx); err != nil {
		s.at, s.urgentTo = from, urgent
		return err
	}
	return nil
}

// mayEnter holds the two doors: consent is asked before anything behind it, and a place that is not
// private lets nobody past the preparation. Bodily needs are behind neither.
func (s *Session) mayEnter(path schema.Path) error {
	stage := s.form.Stage(path)
	if stage == schema.StagePrepare || stage == schema.StageNeeds {
		return nil
	}
	for _, gate := range s.state.Gates() {
		if gate.Do == "stop" && s.form.Stage(gate.Path) == schema.StagePrepare {
			return ErrStopped
		}
	}
	if stage == schema.StageConsent || s.consentOf(s.answers) != consentOpen || s.ofConsent(path) {
		return nil
	}
	if s.order(path, s.form.Questionnaire().Consent.Agree) > 0 {
		return ErrConsentFirst
	}
	return nil
}

// problemsOn returns what keeps a page from being left forwards. A question of consent is never passed
// open, whatever the questionnaire says about required.
func (s *Session) problemsOn(p page) (list []schema.Problem) {
	for _, problem := range s.state.Problems() {
		if slices.Contains(p.paths, problem.Path) {
			list = append(list, problem)
		}
	}
	for _, path := range p.paths {
		known := slices.ContainsFunc(list, func(q schema.Problem) bool { return q.Path == path })
		if s.ofConsent(path) && s.answers[path].IsZero() && !known {
			list = append(list, schema.Problem{Path: path, Reason: schema.BadRequired})
		}
	}
	return list
}

// stopped reports whether an answer to one of paths says that the talk cannot go on now. A refusal of
// consent does not: what needs no consent stays open to the person.
func (s *Session) stopped(paths []schema.Path) bool {
	return slices.ContainsFunc(s.state.Gates(), func(g schema.OpenGate) bool {
		return g.Do == "stop" && slices.Contains(paths, g.Path) && !s.ofConsent(g.Path)
	})
}

// OpenStaff lets the pages of the staff be reached. The caller has made sure that the person and the
// interpreter do not see the screen.
func (s *Session) OpenStaff() { s.staffOpen = s.phase != over }

// CloseStaff closes the pages of the staff, before the screen is handed over or turned.
func (s *Session) CloseStaff() {
	s.staffOpen = false
	s.settle()
}
