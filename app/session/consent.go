package session

import (
	"context"
	"slices"

	"leeward/internal/screening"
	"leeward/schema"
)

// consent is what the answers say about talking and keeping.
type consent string

const (
	consentOpen    consent = "open"    // not asked yet, or not to the end
	consentRefused consent = "refused" // no, another time, or no answer
	consentTally   consent = "tally"   // yes, but keep no answers
	consentGiven   consent = "given"   // yes, and keep them
)

// consentOf reads the step of consent. A missing reason is an answer, and the most protective one.
func (s *Session) consentOf(a schema.Answers) consent {
	c := s.form.Questionnaire().Consent
	agree := a[c.Agree]
	switch {
	case agree.IsZero():
		return consentOpen
	case !slices.Contains(c.Yes, agree.Value):
		return consentRefused
	case c.Keep == "":
		return consentGiven
	}
	keep := a[c.Keep]
	switch {
	case keep.IsZero():
		return consentOpen
	case keep.Missing != "" || slices.Contains(c.Tally, keep.Value):
		return consentTally
	}
	return consentGiven
}

// ofConsent reports whether path is a question of the step of consent.
func (s *Session) ofConsent(path schema.Path) bool {
	c := s.form.Questionnaire().Consent
	return path == c.Agree || path == c.Keep
}

// TakesBack reports whether an answer would take back what is kept: everything on the disk would be
// erased at once. A screen asks once before it hands in such an answer, because a slip of the finger
// must not do it; taking back by [Session.Withdraw] asks nothing.
func (s *Session) TakesBack(path schema.Path, a schema.Answer) bool {
	if s.phase != kept || !s.ofConsent(path) || a.IsZero() {
		return false
	}
	return s.consentOf(s.with(path, a)) != consentGiven
}

// interview is what is kept of the interview beside its answers; r is the answer that is being given.
func (s *Session) interview(r screening.Recorded) screening.Interview {
	c := s.form.Questionnaire().Consent
	iv := screening.Interview{
		ID: s.id, Version: 1, Code: s.code, Questionnaire: s.form.Ref(), Status: screening.Draft,
		Setting: s.setting, Started: s.started,
		Consent: screening.Consent{Agreed: true, Keep: s.with(r.Path, r.Answer)[c.Keep].Value},
	}
	for _, said := range append(slices.Clone(s.given), r) {
		if said.Path == c.Agree { // the last one counts
			iv.Consent.Lang, iv.Consent.Wording, iv.Consent.At = said.Lang, said.Wording, said.At
		}
	}
	return iv
}

// Read notes that a statement was read to the person: in which words and language, and when. The time that
// it took is the time since the statement before it.
func (s *Session) Read(ctx context.Context, path schema.Path) error {
	if s.phase == over {
		return ErrEnded
	}
	node := s.state.Node(path)
	if node.Item == nil || node.Item.Kind != schema.Note || !node.Relevant {
		return ErrNotHere
	}
	return s.take(ctx, &step{
		Recorded: s.record(path, schema.Answer{}, s.asked(path, node.Item)),
		next:     func(now schema.Answers) schema.Answers { return now },
	})
}
