package invented

import (
	"encoding/binary"
	"iter"
	"math/rand/v2"
	"time"

	"github.com/google/uuid"

	"leeward/internal/office/casework"
	"leeward/internal/screening"
	"leeward/schema"
)

const (
	years  = 10
	growth = 1.1
	fresh  = 60 * 24 * time.Hour // younger cases are worked on
	week   = 7 * 24 * time.Hour
)

// Cases yields n invented cases, oldest first, the last of them shortly before now. The same n, seed, now and
// questionnaire give the same cases.
func Cases(n int, seed uint64, now time.Time, questionnaire schema.Ref) iter.Seq[casework.Invented] {
	return func(yield func(casework.Invented) bool) {
		m := &maker{Rand: rand.New(rand.NewPCG(seed, 0x6c656577617264)), now: now.UTC(), ref: questionnaire}
		for i := range n {
			if !yield(m.one(m.when(float64(i)+0.5, float64(n)))) {
				return
			}
		}
	}
}

type maker struct {
	*rand.Rand
	now time.Time
	ref schema.Ref
}

// when is the time of the i-th of n cases: years that grow, from their beginning to now.
func (m *maker) when(i, n float64) time.Time {
	total, share := 0.0, 1.0
	for range years {
		total += share
		share *= growth
	}
	at, share := i/n*total, 1.0
	for y := range years {
		if at < share || y == years-1 {
			from := m.now.AddDate(y-years, 0, 0)
			to := m.now.AddDate(y-years+1, 0, 0)
			return from.Add(time.Duration(float64(to.Sub(from)) * min(at/share, 0.999999)))
		}
		at -= share
		share *= growth
	}
	return m.now
}

func (m *maker) chance(p float64) bool { return m.Float64() < p }

// pick draws by weight.
func pick[T any](m *maker, all []weighted[T]) T {
	total := 0.0
	for _, w := range all {
		total += w.weight
	}
	at := m.Float64() * total
	for _, w := range all {
		if at -= w.weight; at < 0 {
			return w.value
		}
	}
	return all[len(all)-1].value
}

type weighted[T any] struct {
	value  T
	weight float64
}

func (m *maker) one(at time.Time) casework.Invented {
	f := m.facts(at)
	c := casework.Invented{
		Facts: f, Received: at, Child: f.Child, Status: casework.CaseOpen, Owned: m.chance(0.4),
		Phone: pick(m, []weighted[casework.Phone]{{casework.PhoneUnknown, 3}, {casework.PhoneSafe, 4}, {casework.PhoneUnsafe, 3}}),
		Quiet: m.chance(0.06), Interview: m.interview(at, f),
	}
	age := m.now.Sub(at)
	if age > fresh {
		c.Status = pick(m, []weighted[casework.CaseStatus]{{casework.CaseClosed, 62}, {casework.CaseReferred, 20}, {casework.CaseFollowUp, 18}})
	}
	if age > fresh || m.chance(0.4) {
		return c
	}
	needs := m.needs()
	if age > week && !m.chance(0.1) {
		c.Met = needs
	} else {
		c.Needs = needs
	}
	return c
}

func (m *maker) needs() (all []casework.Need) {
	kinds := []string{"medical", "safety", "shelter", "protection", "debt", "psychosocial", "removal", "self_harm", "child_safety"}
	m.Shuffle(len(kinds), func(i, j int) { kinds[i], kinds[j] = kinds[j], kinds[i] })
	for _, k := range kinds[:1+m.IntN(3)] {
		level := casework.Amber
		if m.chance(0.2) {
			level = casework.Red
		}
		all = append(all, casework.Need{Kind: k, Level: level})
	}
	return all
}

func (m *maker) facts(at time.Time) casework.Facts {
	r := m.route()
	f := casework.Facts{
		Counted: m.chance(0.82), Opened: casework.Day(at), Sex: pick(m, sexes), Nationality: r.from, Origin: r.from, Exploited: r.to,
		Recruited: pick(m, recruiters), Education: pick(m, schooling), Economy: pick(m, economies), Marital: pick(m, marital),
		Finding: pick(m, findings), Lang: r.lang, Site: 1 + m.IntN(sites), Declined: m.chance(0.03),
	}
	if m.chance(0.25) {
		f.Exploited = r.from
	}
	if m.chance(0.1) {
		f.Lang = "en"
	}
	switch {
	case m.chance(0.12):
		f.Age, f.Child = 5+m.IntN(13), true
	case m.chance(0.04):
		f.Child = m.chance(0.2)
	default:
		f.Age = min(60, 18+int(m.ExpFloat64()*11))
	}
	f.Forms = []string{pick(m, forms)}
	if second := pick(m, forms); m.chance(0.09) && second != f.Forms[0] {
		f.Forms = append(f.Forms, second)
	}
	if f.Forms[0] == "labour" {
		f.Sector = pick(m, sectors)
	}
	seen := map[string]bool{}
	for range 1 + m.IntN(5) {
		if k := pick(m, means); !seen[k] {
			seen[k] = true
			f.Means = append(f.Means, k)
		}
	}
	if f.Finding != casework.FindingNot && m.chance(0.7) {
		f.Assisted = f.Opened + int64(m.IntN(20))
	}
	own := &maker{Rand: rand.New(rand.NewPCG(uint64(at.UnixNano()), 1))} // drawn apart: cases of older seeds stay who they were
	f.Children = pick(own, families)
	return f
}

// interview is the few answers that show on a page what an interview is.
func (m *maker) interview(at time.Time, f casework.Facts) screening.Interview {
	var id uuid.UUID
	binary.BigEndian.PutUint64(id[:8], uint64(at.UnixMilli())<<16|0x7000|m.Uint64()&0xfff)
	binary.BigEndian.PutUint64(id[8:], m.Uint64()>>2|1<<63)
	began := at.Add(-time.Duration(1+m.IntN(72)) * time.Hour).Truncate(time.Millisecond)
	iv := screening.Interview{
		ID: screening.InterviewID(id), Version: 1, Code: m.code(), Questionnaire: m.ref, Status: screening.Final,
		Setting: screening.Setting{Screener: "scr-" + string('a'+rune(m.IntN(20))), Language: f.Lang, ScreenerLang: "en"},
		Consent: screening.Consent{Agreed: true, Keep: "code", Lang: f.Lang, At: began.Add(5 * time.Minute)},
		Started: began, Finished: began.Add(40 * time.Minute),
	}
	say := func(path schema.Path, value string) {
		r := screening.Recorded{Seq: uint64(len(iv.Answers) + 1), Path: path, Answer: schema.Answer{Value: value}, Lang: f.Lang, Unreviewed: f.Lang != "en"}
		if value == "" {
			r.Answer = schema.Answer{Missing: schema.Declined}
		}
		iv.Answers = append(iv.Answers, r)
	}
	group := "adult"
	if f.Child {
		group = "under_18"
	}
	say("/data/prepare/a1", "yes")
	say("/data/prepare/a2", "none")
	say("/data/prepare/a7", group)
	say("/data/consent/b2", "yes")
	say("/data/consent/b3", "code")
	say("/data/about/d1", "an invented person")
	if f.Age > 0 {
		say("/data/about/d2", string('0'+rune(f.Age/10))+string('0'+rune(f.Age%10)))
	} else {
		say("/data/about/d2", "")
	}
	say("/data/work/g2/g2_country", f.Exploited)
	say("/data/closing/b5", map[bool]string{true: "yes", false: "no"}[f.Counted])
	return iv
}

const codeAlphabet = "2346789BCDFGHJKMNPQRTVWXYZ" // as screening.NewRespondentCode

func (m *maker) code() screening.RespondentCode {
	code := make([]byte, 9)
	for i := range code {
		code[i] = codeAlphabet[m.IntN(len(codeAlphabet))]
	}
	code[4] = '-'
	return screening.RespondentCode(code)
}

// Code draws the neutral code of a case.
func Code(r *rand.Rand) screening.RespondentCode { return (&maker{Rand: r}).code() }
