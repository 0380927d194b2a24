package assess

import (
	"cmp"
	"slices"
	"strings"

	"leeward/schema"
	"leeward/schema/instrument"
)

// Standing is how an indicator, or a part of a result, stands.
type Standing string

// The standings, strongest first. The words for them are instrument.Word("standing." + …).
const (
	Present  Standing = "present"
	Possible Standing = "possible"
	NotFound Standing = "absent" // asked, and not found
	NotAsked Standing = "not_asked"
)

// stronger returns the stronger of two standings.
func stronger(a, b Standing) Standing {
	order := []Standing{Present, Possible, NotFound, NotAsked}
	if slices.Index(order, a) <= slices.Index(order, b) {
		return a
	}
	return b
}

// Rest is an answer that something rests on.
type Rest struct {
	quiet
	Path   schema.Path
	Code   string // of the question: "H2"
	Choice string
	Phases []Phase
	As     Standing // Present or Possible
}

// Question returns the question in lang, as it was put to this person.
func (r Rest) Question(s *schema.State, lang schema.Lang) schema.Shown { return s.Label(r.Path, lang) }

// Answer returns the answer in lang.
func (r Rest) Answer(s *schema.State, lang schema.Lang) schema.Shown {
	return s.ChoiceLabel(r.Path, r.Choice, lang)
}

// Indicator is one indicator of a list and how it stands. Its words are
// instrument.Word("indicator." + ID).
type Indicator struct {
	quiet
	ID       string
	Strength Strength
	Standing Standing
	Rests    []Rest // what it rests on; none where it is absent or not asked
}

// Dimension is one of the six dimensions in one list. Its words are instrument.Word("dimension." + ID).
type Dimension struct {
	quiet
	ID         string // dr, cr, av, ex, cd or vd
	Positive   bool   // by what is present
	Possibly   bool   // by what is present or possible; never set without need of the possible ones
	Asked, All int    // coverage: indicators of which at least one question has a value
	Indicators []Indicator
}

// List is the profile by one of the four lists.
type List struct {
	quiet
	ID         ListID
	Verified   bool // false must be said wherever it is shown
	Dimensions []Dimension
	Asked, All int
}

// Profile is everything that the answers support.
type Profile struct {
	quiet
	Child      bool   // treated as one: the lists for children, and no means needed
	Lists      []List // labour; and sexual where the answers speak of it
	Criminal   []Indicator
	Legal      Legal
	Assistance Part
	Danger     Danger
	Limits     []Rest // what may have kept the person from speaking (L6)
	Strong     bool   // at least one strong indicator is present: at the least "possible", whatever the rule says
}

// Of works a profile out of an evaluated interview.
func Of(s *schema.State) Profile {
	e := gather(s)
	p := Profile{Child: s.Child(), Limits: e.limits()}
	ids := []ListID{AdultLabour, AdultSexual}
	if p.Child {
		ids = []ListID{ChildLabour, ChildSexual}
	}
	p.Lists = append(p.Lists, e.list(ids[0]))
	if len(e.sexual()) > 0 {
		p.Lists = append(p.Lists, e.list(ids[1]))
	}
	for _, l := range p.Lists {
		for _, d := range l.Dimensions {
			p.Strong = p.Strong || slices.ContainsFunc(d.Indicators, func(i Indicator) bool {
				return i.Standing == Present && i.Strength == Strong
			})
		}
	}
	p.Criminal = e.criminal()
	p.Assistance = e.purpose(p.Lists)
	p.Legal = e.legal(p)
	p.Danger = e.danger()
	return p
}

// Dimension returns a dimension of a list.
func (l List) Dimension(id string) Dimension {
	for _, d := range l.Dimensions {
		if d.ID == id {
			return d
		}
	}
	return Dimension{ID: id}
}

// evidence is what the interview holds: its answers, and what they say by indicator.
type evidence struct {
	state *schema.State
	said  []said
	marks map[string][]Rest // by indicator
	asked map[string]bool   // indicators of which a question has a value
}

// said is one question with a choice made, its list and what was chosen.
type said struct {
	path    schema.Path
	name    string
	code    string
	choices []schema.Choice
	chosen  []string
}

// circumstances are questions whose answers alone never make abuse of them present.
var circumstances = []string{"d9", "d10", "k3"}

func gather(s *schema.State) *evidence {
	e := &evidence{state: s, marks: map[string][]Rest{}, asked: map[string]bool{}}
	for path, node := range s.Overview() {
		if !node.Relevant || node.Item.List == "" || node.Answer.Value == "" {
			continue
		}
		one := said{path: path, name: name(path), code: node.Item.Code, choices: s.Form().Choices(path), chosen: strings.Fields(node.Answer.Value)}
		if one.code == "" { // H1 for h1_out: the page has the number
			page, _, _ := strings.Cut(one.name, "_")
			one.code = strings.ToUpper(page)
		}
		e.said = append(e.said, one)
		for _, c := range one.choices {
			held := map[string]bool{} // dimensions in which this answer has made one present
			for _, m := range c.Indicators {
				e.asked[m.ID] = true
				if slices.Contains(one.chosen, c.Name) {
					e.add(one, c.Name, m, held)
				}
			}
		}
	}
	return e
}

func (e *evidence) add(one said, choice string, m schema.IndicatorMark, held map[string]bool) {
	as := Standing(m.As)
	dimension, _, _ := strings.Cut(m.ID, ".")
	if as != Present || held[dimension] || slices.Contains(circumstances, one.name) {
		as = Possible
	}
	held[dimension] = held[dimension] || as == Present
	e.marks[m.ID] = append(e.marks[m.ID], e.rest(one, choice, as))
}

func (e *evidence) rest(one said, choice string, as Standing) Rest {
	return Rest{Path: one.path, Code: one.code, Choice: choice, As: as, Phases: phases(e.state, one.path, choice)}
}

func (e *evidence) list(id ListID) List {
	out := List{ID: id, Verified: id.Verified()}
	for _, dimension := range dimensions {
		d := Dimension{ID: dimension}
		var sure, maybe [3]int // strong, medium, weak
		for _, i := range indicators() {
			strength := i.strength[id]
			if i.dimension != dimension || strength == Absent {
				continue
			}
			one := e.indicator(i.id)
			one.Strength = strength
			at := slices.Index([]Strength{Strong, Medium, Weak}, strength)
			switch one.Standing {
			case Present:
				sure[at]++
				maybe[at]++
			case Possible:
				maybe[at]++
			}
			if d.All++; one.Standing != NotAsked {
				d.Asked++
			}
			d.Indicators = append(d.Indicators, one)
		}
		d.Positive = Positive(sure[0], sure[1], sure[2])
		d.Possibly = !d.Positive && Positive(maybe[0], maybe[1], maybe[2])
		out.Asked += d.Asked
		out.All += d.All
		out.Dimensions = append(out.Dimensions, d)
	}
	return out
}

// indicator says how one indicator stands, strongest evidence first.
func (e *evidence) indicator(id string) Indicator {
	out := Indicator{ID: id, Rests: slices.Clone(e.marks[id]), Standing: NotAsked}
	slices.SortStableFunc(out.Rests, func(a, b Rest) int { return cmp.Compare(b.As, a.As) }) // "present" after "possible" in the alphabet
	switch {
	case len(out.Rests) > 0:
		out.Standing = out.Rests[0].As
	case e.asked[id]:
		out.Standing = NotFound
	}
	return out
}

// name is the last part of a path: the question's own name.
func name(p schema.Path) string { return string(p[strings.LastIndexByte(string(p), '/')+1:]) }

// Word returns a word of the summary in lang: "dimension.cd", "indicator.cd.debt", "phase.way",
// "standing.possible", "assess.grounds" (schema/instrument/screening).
func Word(key string, lang schema.Lang) schema.Shown { return instrument.Word(key, lang) }
