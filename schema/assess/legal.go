package assess

import "strings"

// Part is a part of a result: how it stands and what that rests on.
type Part struct {
	quiet
	Standing Standing
	Kinds    []Kind
}

// Kind is one act, means or purpose that the answers support.
type Kind struct {
	quiet
	Name     string // the choice of L2 that it corresponds to: "deception", "labour"
	Standing Standing
	Rests    []Rest
}

// Legal is the legal shape: act, means and purpose (Palermo Protocol, Article 3). For a child Means is not
// needed and stays empty (Article 3(c)).
type Legal struct {
	quiet
	Act, Means, Purpose Part
	MeansNeeded         bool
	Standing            Standing // the weakest of the parts that are needed
}

// signs link answers to acts, means and purposes that no dimension covers: question=choice.
var signs = map[string]map[string]Standing{
	"recruitment": {"e2=business": Present, "e2=school": Present, "e2=work": Present, "e2=social": Present, "e2=online_ad": Present, "e2=tv": Present, "e2=paper": Present, "e2=family": Present, "e2=friends": Present, "e2=taken": Present, "e2=other": Possible, "e4=partner": Present, "e4=family": Present, "e4=friend": Present, "e4=community": Present, "e4=agency": Present, "e4=employer": Present, "e4=smuggler": Possible, "e4=stranger": Present, "e7=debt_unclear": Possible, "e8=pressure": Possible, "e8=threat": Possible, "e8=force": Present, "e6_work=different": Possible, "e6_place=different": Possible, "e6_pay=different": Possible},
	"transport":   {"e10=travel": Present, "e9=lock": Possible, "e9=ransom": Possible, "e9=papers": Possible},
	"transfer":    {"f3=yes": Present, "f3=unsure": Possible, "e8=sold": Present, "g9=moved": Present, "h4=worse": Possible},
	"harbouring":  {"h1_out=not_at_all": Present, "h1_out=with_permission": Possible, "h10=guard": Present, "h10=lock": Present, "g11=not_let": Present, "g7=work": Possible, "h9=all": Possible, "e8=lock": Possible},
	"receipt":     {"f3=yes": Present, "e8=sold": Present, "g11=pay": Possible},
	"payment":     {"f3=yes": Present, "f3=unsure": Possible, "e8=sold": Present},
	"abduction":   {"e2=taken": Present, "e8=force": Present},
	"sexual":      {"i2=acts": Present, "i2=pictures": Present, "i2=online": Present, "i2=private": Present},
	"marriage":    {"i3=marriage": Present},
	"surrogacy":   {"i3=surrogacy": Present},
	"adoption":    {"i3=adoption": Present},
	"organ":       {"i4=organ": Present, "i4=asked": Possible},
	"military":    {"i5=non_state": Present},
	"other":       {"i5=state": Present},
	"begging":     {"g1=begging": Possible},
	"crime":       {"g10=yes": Present, "g9=names": Present, "g9=punished": Possible, "g1=online": Possible, "g1=illegal": Possible},
}

var (
	acts     = []string{"recruitment", "transport", "transfer", "harbouring", "receipt"}
	purposes = []string{"sexual", "marriage", "surrogacy", "adoption", "organ", "military", "begging", "crime", "other"}
)

// sign collects the answers that speak for one act, means or purpose, and what the screener ticked in L2.
func (e *evidence) sign(kind, worksheet string) Kind {
	out := Kind{Name: kind, Standing: NotAsked}
	for _, one := range e.said {
		for _, choice := range one.chosen {
			as, ok := signs[kind][one.name+"="+choice]
			if one.name == worksheet && choice == kind {
				as, ok = Present, true
			}
			if ok {
				out.Rests = append(out.Rests, e.rest(one, choice, as))
				out.Standing = stronger(out.Standing, as)
			}
		}
		if out.Standing == NotAsked && speaksOf(kind, one.name) {
			out.Standing = NotFound
		}
	}
	return out
}

// speaksOf reports whether a question could have shown a kind. One that could only hint at it, as the kind
// of work does, has not asked about it.
func speaksOf(kind, question string) bool {
	for key, as := range signs[kind] {
		if q, _, _ := strings.Cut(key, "="); q == question && as == Present {
			return true
		}
	}
	return false
}

// sexual are the answers that speak of sexual exploitation: they bring its list.
func (e *evidence) sexual() []Rest { return e.sign("sexual", "l2_purpose").Rests }

func (p *Part) take(k Kind) {
	p.Standing = stronger(p.Standing, k.Standing)
	if len(k.Rests) > 0 {
		p.Kinds = append(p.Kinds, k)
	}
}

// purpose is exploitation: the dimension in any list, or a form of it that was named. It is also what makes
// somebody eligible for assistance, without means (HTCDS 2.0, Field Definitions, Trafficking Status).
func (e *evidence) purpose(all []List) Part {
	out := Part{Standing: NotAsked}
	labour := "labour"
	if e.state.Child() {
		labour = "child_labour"
	}
	out.take(e.both(labour, "l2_purpose", all, "ex"))
	for _, kind := range purposes {
		out.take(e.sign(kind, "l2_purpose"))
	}
	for _, kind := range []string{"labour", "child_labour", "servitude"} {
		if kind != labour { // only ever the screener's word
			out.take(e.sign(kind, "l2_purpose"))
		}
	}
	return out
}

// both is what dimensions stand for, and what the screener ticked for the same kind.
func (e *evidence) both(kind, worksheet string, all []List, ids ...string) Kind {
	out, ticked := e.dimension(kind, all, ids...), e.sign(kind, worksheet)
	out.Standing = stronger(out.Standing, ticked.Standing)
	out.Rests = append(out.Rests, ticked.Rests...)
	return out
}

// dimension turns dimensions into a kind: present where one is positive, possible where it is possibly so or
// where anything in it is present.
func (e *evidence) dimension(kind string, all []List, ids ...string) Kind {
	out := Kind{Name: kind, Standing: NotAsked}
	seen := map[string]bool{}
	for _, l := range all {
		for _, id := range ids {
			d := l.Dimension(id)
			standing := NotAsked
			if d.Asked > 0 {
				standing = NotFound
			}
			for _, i := range d.Indicators {
				if i.Standing == Present || i.Standing == Possible && d.Possibly {
					standing = stronger(standing, Possible)
				}
				if key := id + i.ID; len(i.Rests) > 0 && !seen[key] {
					seen[key] = true
					out.Rests = append(out.Rests, i.Rests...)
				}
			}
			if d.Positive {
				standing = Present
			}
			out.Standing = stronger(out.Standing, standing)
		}
	}
	if out.Standing == NotFound || out.Standing == NotAsked {
		out.Rests = nil // circumstances alone are shown with their indicators, not as a means
	}
	return out
}

// legal joins act, means and purpose. What is not needed is not looked for.
func (e *evidence) legal(p Profile) Legal {
	out := Legal{Act: Part{Standing: NotAsked}, Means: Part{Standing: NotAsked}, Purpose: p.Assistance, MeansNeeded: !p.Child}
	for _, kind := range acts {
		out.Act.take(e.sign(kind, "l2_act"))
	}
	parts := []Standing{out.Act.Standing, out.Purpose.Standing}
	if out.MeansNeeded {
		out.Means.take(e.both("deception", "l2_means", p.Lists, "dr"))
		out.Means.take(e.both("coercion", "l2_means", p.Lists, "cr", "cd"))
		out.Means.take(e.both("vulnerability", "l2_means", p.Lists, "av", "vd"))
		for _, kind := range []string{"payment", "abduction", "threat", "force", "fraud", "power"} {
			out.Means.take(e.sign(kind, "l2_means"))
		}
		parts = append(parts, out.Means.Standing)
	}
	out.Standing = Present
	for _, s := range parts {
		if stronger(out.Standing, s) == out.Standing {
			out.Standing = s
		}
	}
	return out
}
