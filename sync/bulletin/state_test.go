package bulletin

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"leeward/internal/screening"
	"leeward/internal/seal"
	"leeward/sync/batch"
)

func signer(b byte) *seal.Key { return seal.NewSigner([32]byte{b}) }

var (
	online, registrar = signer(21), signer(22)
	madeAt            = time.Date(2026, 3, 4, 17, 42, 11, 0, time.UTC)
	trusted           = batch.Root{Version: 1, Online: online.Public(), Registrar: registrar.Public()}
)

// issue is one publication: the two signed documents.
type issue struct{ bulletin, contents []byte }

// publish signs a list of items as the office does.
func publish(t testing.TB, version, contents uint64, items ...Item) issue {
	t.Helper()
	list, err := SignContents(Contents{Version: contents, Made: madeAt, Items: items}, registrar)
	if err != nil {
		t.Fatal(err)
	}
	return issue{announce(t, Bulletin{Version: version, Root: 1}.Of(contents, list), online), list}
}

func announce(t testing.TB, b Bulletin, key seal.Signer) []byte {
	t.Helper()
	if b.Made.IsZero() {
		b.Made, b.Until = madeAt, madeAt.AddDate(0, 0, 30)
	}
	file, err := Sign(b, key)
	if err != nil {
		t.Fatal(err)
	}
	return file
}

func document(t testing.TB, kind Kind, name, text string, version uint64) (Item, []byte) {
	t.Helper()
	item, packed, err := Pack(kind, name, []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	item.Version = version
	return item, packed
}

func take(t testing.TB, s State, i issue) State {
	t.Helper()
	next, _, err := s.Take(trusted, i.bulletin, i.contents)
	if err != nil {
		t.Fatal(err)
	}
	return next
}

// TestTake is an ordinary life: nothing, the first news, a change of one document, news without a change, a document
// that is taken back.
func TestTake(t *testing.T) {
	form, _ := document(t, Questionnaire, "field", "one", 1)
	rules, _ := document(t, Policy, "", `{}`, 1)
	first := publish(t, 1, 1, form, rules)
	s, lacking, err := State{}.Take(trusted, first.bulletin, first.contents)
	if err != nil || !slices.Equal(lacking, []Item{form, rules}) || s.Bulletin != 1 || s.Contents != 1 {
		t.Fatalf("first news: %d lacking, bulletin %d, %v", len(lacking), s.Bulletin, err)
	}
	later, _ := document(t, Questionnaire, "field", "two", 2)
	second := publish(t, 2, 2, later, rules)
	if s, lacking, err = s.Take(trusted, second.bulletin, second.contents); err != nil || !slices.Equal(lacking, []Item{later}) {
		t.Fatalf("a new version: lacking %v, %v", lacking, err)
	}
	if got, ok := s.Newest(Questionnaire); !ok || got != later {
		t.Errorf("newest questionnaire: %+v", got)
	}
	same := announce(t, Bulletin{Version: 3, Root: 1}.Of(2, second.contents), online)
	if s, lacking, err = s.Take(trusted, same, nil); err != nil || len(lacking) != 0 || s.Bulletin != 3 || len(s.Items) != 2 {
		t.Fatalf("news without a change: %d lacking, bulletin %d, %v", len(lacking), s.Bulletin, err)
	}
	if again, lacking, err := s.Take(trusted, same, nil); err != nil || len(lacking) != 0 || again.Bulletin != 3 {
		t.Errorf("the same news again: %d lacking, %v", len(lacking), err)
	}
	gone := publish(t, 4, 4, rules)
	if s = take(t, s, gone); len(s.Items) != 1 {
		t.Errorf("after a questionnaire was taken back %d documents are out, want 1", len(s.Items))
	}
}

// attack is one way of giving a device something other than the office's newest news.
type attack struct {
	name string
	news func(t *testing.T) issue
	why  error // beneath bad_news; nil: the code says it
	code screening.Code
}

// The device of the table has bulletin 5 with contents 5: a questionnaire of version 5 and a policy of version 3.
func attacks(t *testing.T) (State, []attack) {
	form, _ := document(t, Questionnaire, "field", "five", 5)
	older, _ := document(t, Questionnaire, "field", "four", 4)
	other, _ := document(t, Questionnaire, "field", "five, but other", 5)
	rules, _ := document(t, Policy, "", `{"keep_hours": 24}`, 3)
	now := publish(t, 5, 5, form, rules)
	state := take(t, State{}, now)
	stranger := signer(66)
	change := func(i issue, at int) issue {
		i.contents = bytes.Clone(i.contents)
		i.contents[at] ^= 1
		return i
	}
	list := []attack{
		{"arbitrary bulletin", func(t *testing.T) issue {
			return issue{announce(t, Bulletin{Version: 6, Root: 1}.Of(5, now.contents), stranger), now.contents}
		}, nil, screening.ESig},
		{"bulletin by the registrar", func(t *testing.T) issue {
			return issue{announce(t, Bulletin{Version: 6, Root: 1}.Of(5, now.contents), registrar), now.contents}
		}, nil, screening.ESig},
		{"contents by the online key alone", func(t *testing.T) issue {
			file, err := SignContents(Contents{Version: 6, Made: madeAt, Items: []Item{other}}, online)
			if err != nil {
				t.Fatal(err)
			}
			return issue{announce(t, Bulletin{Version: 6, Root: 1}.Of(6, file), online), file}
		}, nil, screening.ESig},
		{"rollback of the bulletin", func(t *testing.T) issue { return publish(t, 4, 4, older) }, ErrRollback, ""},
		{"rollback of the contents", func(t *testing.T) issue { return publish(t, 6, 4, older) }, ErrRollback, ""},
		{"rollback of one document", func(t *testing.T) issue { return publish(t, 6, 6, older, rules) }, ErrRollback, ""},
		{"mix and match: another list under the number", func(t *testing.T) issue { return publish(t, 6, 5, form) }, ErrMixed, ""},
		{"mix and match: another bulletin under the number", func(t *testing.T) issue { return publish(t, 5, 5, form) }, ErrMixed, ""},
		{"mix and match: other bytes under a document's version", func(t *testing.T) issue { return publish(t, 6, 6, other, rules) }, ErrMixed, ""},
		{"mix and match: the list of another bulletin", func(t *testing.T) issue {
			i := publish(t, 7, 7, form, rules)
			i.contents = publish(t, 6, 6, form, rules).contents
			return i
		}, ErrHash, ""},
		{"mix and match: a list that calls itself otherwise", func(t *testing.T) issue {
			i := publish(t, 6, 6, form, rules)
			i.bulletin = announce(t, Bulletin{Version: 7, Root: 1}.Of(7, i.contents), online)
			return i
		}, ErrMixed, ""},
		{"wrong length", func(t *testing.T) issue {
			i := publish(t, 6, 6, form, rules)
			i.contents = append(i.contents, 0)
			return i
		}, ErrLength, ""},
		{"wrong hash", func(t *testing.T) issue { return change(publish(t, 6, 6, form, rules), 40) }, ErrHash, ""},
		{"no list", func(t *testing.T) issue { return issue{publish(t, 6, 6, form, rules).bulletin, nil} }, ErrLength, ""},
		{"another root", func(t *testing.T) issue {
			return issue{announce(t, Bulletin{Version: 6, Root: 2}.Of(5, now.contents), online), now.contents}
		}, ErrRoot, ""},
		{"a bulletin that was cut", func(t *testing.T) issue { return issue{now.bulletin[:100], now.contents} }, nil, screening.EFormat},
	}
	return state, list
}

// TestTUFAttacks: each is refused for its own reason and leaves the device as it was.
func TestTUFAttacks(t *testing.T) {
	state, list := attacks(t)
	for _, a := range list {
		t.Run(a.name, func(t *testing.T) {
			i := a.news(t)
			next, lacking, err := state.Take(trusted, i.bulletin, i.contents)
			if a.why != nil {
				a.code = screening.CodeBadNews
			}
			if err == nil || screening.CodeOf(err) != a.code || a.why != nil && !errors.Is(err, a.why) {
				t.Fatalf("got %v, want %s %v", err, a.code, a.why)
			}
			if next.Bulletin != 0 || next.Items != nil || lacking != nil {
				t.Error("something came back beside the error")
			}
		})
	}
}

// TestFreeze: old news are no error and block nothing; they only show that they are old.
func TestFreeze(t *testing.T) {
	form, _ := document(t, Questionnaire, "field", "one", 1)
	i := publish(t, 1, 1, form)
	s := take(t, State{}, i)
	if s = take(t, s, i); s.Made != madeAt.Truncate(time.Millisecond) || s.Until != madeAt.AddDate(0, 0, 30) {
		t.Errorf("made %s, until %s", s.Made, s.Until)
	}
}

// TestFastForward: whoever had the online key for a while and gave the highest number cannot keep a device from the
// office's news for ever: under a new key the numbers begin anew. Documents begin anew with the registrar's key.
func TestFastForward(t *testing.T) {
	form, _ := document(t, Questionnaire, "field", "one", 1)
	i := publish(t, maxNumber-1, 1, form)
	s := take(t, State{}, i)
	if _, _, err := s.Take(trusted, publish(t, 2, 2, form).bulletin, nil); !errors.Is(err, ErrRollback) {
		t.Fatalf("under the same key: got %v, want a rollback", err)
	}
	fresh := signer(23)
	after := trusted
	after.Version, after.Online = 2, fresh.Public()
	next, lacking, err := s.Take(after, announce(t, Bulletin{Version: 2, Root: 2}.Of(1, i.contents), fresh), nil)
	if err != nil || next.Bulletin != 2 || len(lacking) != 0 || len(next.Items) != 1 {
		t.Errorf("under a new key: bulletin %d, %d documents, %v", next.Bulletin, len(next.Items), err)
	}
}

func TestDocumentsAreBounded(t *testing.T) {
	item, packed := document(t, Questionnaire, "field", strings.Repeat("many words ", 100_000), 1)
	if got, err := item.Unpack(packed); err != nil || len(got) != 1_100_000 {
		t.Fatalf("unpacked %d bytes, %v", len(got), err)
	}
	for name, c := range map[string]struct {
		item   Item
		packed []byte
		why    error
	}{
		"wrong length":       {item, packed[:len(packed)-1], ErrLength},
		"endless data":       {item, append(bytes.Clone(packed), make([]byte, 100)...), ErrLength},
		"wrong hash":         {item, append(bytes.Clone(packed[:len(packed)-1]), packed[len(packed)-1]^1), ErrHash},
		"longer than signed": {Item{Kind: 1, Name: "field", Version: 1, Length: item.Length, Sum: item.Sum, Size: 1000}, packed, ErrForm},
		"shorter than said":  {Item{Kind: 1, Name: "field", Version: 1, Length: item.Length, Sum: item.Sum, Size: item.Size + 1}, packed, ErrForm},
	} {
		if _, err := c.item.Unpack(c.packed); !errors.Is(err, c.why) || screening.CodeOf(err) != screening.CodeBadNews {
			t.Errorf("%s: got %v, want %v", name, err, c.why)
		}
	}
}

// TestListIsStrict: what the registrar cannot sign by mistake.
func TestListIsStrict(t *testing.T) {
	good, _ := document(t, Questionnaire, "field", "one", 1)
	edit := func(do func(*Item)) Item { i := good; do(&i); return i }
	for name, items := range map[string][]Item{
		"twice":               {good, good},
		"out of order":        {edit(func(i *Item) { i.Name = "z" }), good},
		"newer than its list": {edit(func(i *Item) { i.Version = 2 })},
		"without a name":      {edit(func(i *Item) { i.Name = "" })},
		"policy with a name":  {edit(func(i *Item) { i.Kind = Policy })},
		"too long":            {edit(func(i *Item) { i.Length = MaxPacked + 1 })},
		"bomb":                {edit(func(i *Item) { i.Size = MaxSize + 1 })},
		"too many":            make([]Item, MaxItems+1),
	} {
		if _, err := SignContents(Contents{Version: 1, Made: madeAt, Items: items}, registrar); err == nil {
			t.Errorf("%s: signed", name)
		}
	}
}

func TestParcel(t *testing.T) {
	form, packed := document(t, Questionnaire, "field", "one", 1)
	i := publish(t, 1, 1, form)
	p := Parcel{Bulletin: i.bulletin, Contents: i.contents}
	b, err := p.Encode()
	if err != nil || len(b) != minParcel {
		t.Fatalf("a parcel of %d bytes, %v", len(b), err)
	}
	got, err := ParseParcel(b)
	if err != nil || !bytes.Equal(got.Bulletin, p.Bulletin) || !bytes.Equal(got.Contents, p.Contents) || len(got.Orders) != 0 {
		t.Errorf("came back otherwise: %v", err)
	}
	withOrder := p
	withOrder.Orders = [][]byte{append([]byte("LWORD1\n"), make([]byte, 300)...)}
	if b, err = withOrder.Encode(); err != nil || len(b) != minParcel {
		t.Errorf("with an order: %d bytes, want what it has without; %v", len(b), err)
	}
	p.Documents = map[Sum][]byte{form.Sum: packed}
	sorted := Sort(append([][]byte{[]byte("LWSZ9\nof a later program")}, p.Items()...))
	if !bytes.Equal(sorted.Documents[form.Sum], packed) || !bytes.Equal(sorted.Bulletin, i.bulletin) {
		t.Error("news on a stick were not found")
	}
	if _, err := ParseParcel(make([]byte, MaxParcel+1)); screening.CodeOf(err) != screening.EFormat {
		t.Errorf("a parcel without an end: %v", err)
	}
}

func TestReport(t *testing.T) {
	device := signer(1)
	r := Report{Device: screening.DeviceID{7}, Epoch: 2, Order: [16]byte{9}, Outcome: Begun, At: madeAt.Truncate(time.Millisecond)}
	file, err := SignReport(r, device)
	if err != nil || len(file) > MaxReport || !IsReport(file) {
		t.Fatalf("%d bytes, %v", len(file), err)
	}
	got, verify, err := ParseReport(file)
	if err != nil || got != r || verify(device.Public()) != nil {
		t.Errorf("came back as %+v, %v", got, err)
	}
	if err := verify(online.Public()); screening.CodeOf(err) != screening.ESig {
		t.Errorf("under another key: %v", err)
	}
	if _, err := SignReport(Report{Device: r.Device, Epoch: 1, Outcome: 4}, device); err == nil {
		t.Error("signed an outcome that does not exist")
	}
}

func TestPolicyFloors(t *testing.T) {
	r, err := ReadPolicy([]byte(`{"lock_minutes": 3, "keep_hours": 48, "hide": "leaflet"}`))
	if err != nil || r.LockMinutes != 3 || r.Keep(time.Hour) != 48*time.Hour || r.Hide != "leaflet" {
		t.Fatalf("%+v, %v", r, err)
	}
	if (Rules{}).Keep(time.Hour) != time.Hour {
		t.Error("without a rule the device's own time holds")
	}
	for _, bad := range []string{
		`{"lock_minutes": 31}`, `{"lock_minutes": -1}`, `{"keep_hours": -1}`, `{"keep_hours": 2161}`, `{"hide": "nothing"}`,
		`{"tries": 10}`, `{"wipe": true}`, `{} {}`, `[]`, ``,
	} {
		if _, err := ReadPolicy([]byte(bad)); err == nil {
			t.Errorf("%s: taken", bad)
		}
	}
}

func TestDirectory(t *testing.T) {
	g, err := ReadDirectory([]byte(`{"help": [{"needs": ["medical", "food"], "name": {"fr": "Quai", "en": "Quay Clinic"}, "phone": "+999 2"}],
		"says": {"police": {"en": "We call nobody."}}}`))
	if err != nil || len(g.For("food")) != 1 || len(g.For("shelter")) != 0 {
		t.Fatalf("%+v, %v", g, err)
	}
	for lang, want := range map[string]string{"fr": "Quai", "th": "Quay Clinic"} {
		if got, _ := In(g.Help[0].Name, lang); got != want {
			t.Errorf("in %s: %q, want %q", lang, got, want)
		}
	}
	for _, bad := range []string{
		`{"help": [{"needs": ["food"]}]}`, `{"help": [{"name": {"en": "x"}}]}`, `{"phones": []}`,
		`{"help": [{"needs": ["food"], "name": {"en": "` + strings.Repeat("x", 501) + `"}}]}`,
	} {
		if _, err := ReadDirectory([]byte(bad)); err == nil {
			t.Errorf("%.60s: taken", bad)
		}
	}
}
