package dashboard

import (
	"slices"
	"strconv"
	"strings"

	"leeward/schema/assess"
)

// groundsView is what the answers support, and on which of them that rests: two results side by side, never merged,
// and neither decides about help (schema/assess). All words are the assessment's own, in the reader's language.
type groundsView struct {
	Title, Judgement, Both words
	Tests                  [2]testView
	Limits                 []restView // what may have kept the person from speaking
	Remarks                []partView // what the answers hold against the result as the last word, and the own view of danger
	Lists                  []listView
	Signs                  signsView // of forced criminality; they count in no list
}

// signsView is the signs of forced criminality that some answer speaks for; none where there is none.
type signsView struct {
	Name, Text words
	Signs      []partView
}

// testView is one of the two results.
type testView struct {
	Title, Rule, Holds words
	Parts              []partView
}

type partView struct {
	Name, Standing words
	Rests          []restView
}

type listView struct {
	Unverified *words
	Dimensions []dimensionView
}

type dimensionView struct {
	Name, Standing words
	Asked          string
	Indicators     []partView // those that are present or possible
	Others         []othersView
}

// othersView is the indicators that no answer speaks for: asked and not found, or not asked, which is never "no".
type othersView struct {
	Standing words
	Names    []words
}

// restView is an answer that something rests on, with the way to it on the page.
type restView struct {
	Anchor, Code           string
	Question, Answer, When words // When is blank for what the screener noted
}

// grounds works out what the answers support, in the language of the reader.
func (v *reading) grounds() *groundsView {
	p := assess.Of(v.state)
	g := &groundsView{
		Title: v.word("assess.grounds"), Judgement: v.word("assess.judgement"), Both: v.word("assess.both"), Limits: v.rests(p.Limits),
	}
	g.Tests[0] = v.test("assess.legal", p.Legal.Standing)
	g.Tests[0].Parts = append(g.Tests[0].Parts, v.part("assess.legal.act", p.Legal.Act))
	if p.Legal.MeansNeeded {
		g.Tests[0].Parts = append(g.Tests[0].Parts, v.part("assess.legal.means", p.Legal.Means))
	} else {
		g.Tests[0].Parts = append(g.Tests[0].Parts, partView{Name: v.word("assess.legal.means_child")})
	}
	g.Tests[0].Parts = append(g.Tests[0].Parts, v.part("assess.legal.purpose", p.Legal.Purpose))
	g.Tests[1] = v.test("assess.assist", p.Assistance.Standing)
	g.Tests[1].Parts = append(g.Tests[1].Parts, v.part("assess.legal.purpose", p.Assistance))
	for _, l := range p.Lists {
		g.Lists = append(g.Lists, v.list(l))
	}
	for _, r := range p.Remarks(v.state, v.result()) {
		if r.Word != "assess.limits" { // stands above, in the page's own words
			g.Remarks = append(g.Remarks, partView{Name: v.word(r.Word), Rests: v.rests(r.Rests)})
		}
	}
	g.Signs = signsView{Name: v.word("dimension.fc"), Text: v.word("assess.criminal"), Signs: v.indicators(p.Criminal)}
	return g
}

// result is the screener's, blank where none was set.
func (v *reading) result() string {
	for _, path := range v.state.Form().Paths() {
		if item, ok := v.state.Form().Item(path); ok && item.Code == "L3" {
			return v.state.Value(path)
		}
	}
	return ""
}

// when says in one wording at which times it was that an answer tells of.
func (v *reading) when(r assess.Rest) (out words) {
	for i, phase := range r.Phases {
		one := v.word("phase." + string(phase))
		if i == 0 {
			out = one
			continue
		}
		out.Text += ", " + one.Text
	}
	out.Draft = false // the answer beside it is marked
	return out
}

// indicators are those that some answer speaks for.
func (v *reading) indicators(all []assess.Indicator) (out []partView) {
	for _, i := range all {
		if i.Standing == assess.Present || i.Standing == assess.Possible {
			out = append(out, partView{
				Name: v.word("indicator." + i.ID), Standing: v.word("standing." + string(i.Standing)), Rests: v.rests(i.Rests),
			})
		}
	}
	return out
}

func (v *reading) word(key string) words {
	return v.words(v.tongues[0], assess.Word(key, v.tongues[0].Tag))
}

func (v *reading) test(key string, standing assess.Standing) testView {
	holds := ".unsupported"
	if standing == assess.Present {
		holds = ".supported"
	}
	return testView{Title: v.word(key + ".title"), Rule: v.word(key + ".rule"), Holds: v.word(key + holds)}
}

func (v *reading) part(key string, p assess.Part) partView {
	out := partView{Name: v.word(key), Standing: v.word("standing." + string(p.Standing))}
	for _, k := range p.Kinds {
		out.Rests = v.rests(k.Rests, out.Rests...)
	}
	return out
}

// rests adds the answers that something rests on to those before, each once.
func (v *reading) rests(rests []assess.Rest, before ...restView) []restView {
	reader := v.tongues[0]
	for _, r := range rests {
		one := restView{
			Anchor: anchor(r.Path), Code: r.Code, Question: v.words(reader, r.Question(v.state, reader.Tag)),
			Answer: v.words(reader, r.Answer(v.state, reader.Tag)), When: v.when(r),
		}
		if !slices.Contains(before, one) {
			before = append(before, one)
		}
	}
	return before
}

func (v *reading) list(l assess.List) (out listView) {
	if !l.Verified {
		w := v.word("assess.unverified")
		out.Unverified = &w
	}
	coverage := assess.Word("assess.coverage", v.tongues[0].Tag).Text
	for _, d := range l.Dimensions {
		one := dimensionView{
			Name: v.word("dimension." + d.ID), Standing: v.word("standing." + string(standingOf(d))),
			Asked:      strings.NewReplacer("{asked}", strconv.Itoa(d.Asked), "{all}", strconv.Itoa(d.All)).Replace(coverage),
			Indicators: v.indicators(d.Indicators),
		}
		for _, standing := range []assess.Standing{assess.NotFound, assess.NotAsked} {
			others := othersView{Standing: v.word("standing." + string(standing))}
			for _, i := range d.Indicators {
				if i.Standing == standing {
					others.Names = append(others.Names, v.word("indicator."+i.ID))
				}
			}
			if len(others.Names) > 0 {
				one.Others = append(one.Others, others)
			}
		}
		out.Dimensions = append(out.Dimensions, one)
	}
	return out
}

func standingOf(d assess.Dimension) assess.Standing {
	switch {
	case d.Positive:
		return assess.Present
	case d.Possibly:
		return assess.Possible
	case d.Asked == 0:
		return assess.NotAsked
	}
	return assess.NotFound
}

// wishes are the codes of the questions about what the person wants: they stand before anything that others find.
var wishes = []string{"K4", "K5", "K6"}

// wished picks the lines in which the person says what they want.
func wished(sections []section) (all []line) {
	for _, s := range sections {
		for _, l := range s.Lines {
			if slices.Contains(wishes, l.Code) && !l.Now.Open {
				all = append(all, l)
			}
		}
	}
	return all
}
