package translations

import (
	"errors"
	"testing"
)

// TestWith: an office's own words stand in the place of the program's, everywhere else nothing changes.
func TestWith(t *testing.T) {
	c := open(t)
	words := []byte(`{"app.back.button": "ย้อน", "app.minutes.text": {"other": "{{.Count}} น."}}`)
	own, err := c.With("th", words)
	if err = errors.Join(err, c.Check("th", words)); err != nil {
		t.Fatal(err)
	}
	for _, q := range []struct {
		words      *Words
		key, want  string
		unreviewed bool
	}{
		{own.For("th"), "app.back.button", "ย้อน", false},
		{own.For("th"), "app.done.button", c.For("th").Say("app.done.button"), true},
		{own.For("fr"), "app.back.button", c.For("fr").Say("app.back.button"), true},
		{c.For("th"), "app.back.button", "กลับ", true},
	} {
		if got := q.words.Say(q.key); got != q.want || q.words.Unreviewed(q.key) != q.unreviewed {
			t.Errorf("%s, %s: got %q, unreviewed %v", q.words.Lang(), q.key, got, q.words.Unreviewed(q.key))
		}
	}
	if got := own.For("th").Say("app.minutes.text", "Count", 3); got != "3 น." {
		t.Errorf("got %q", got)
	}
	again, err := own.With("fr", []byte(`{"app.back.button": "Arrière"}`))
	if err != nil || again.For("th").Say("app.back.button") != "ย้อน" || again.For("fr").Say("app.back.button") != "Arrière" {
		t.Errorf("words of a second language on top: %v", err)
	}
}

func TestWithRefuses(t *testing.T) {
	c := open(t)
	for name, bad := range map[string][2]string{
		"a language that is not spoken": {"tlh", `{"app.back.button": "x"}`},
		"a key that is not there":       {"th", `{"app.send.home": "x"}`},
		"no words":                      {"th", `{"app.back.button": " "}`},
		"nothing":                       {"th", `{}`},
		"no JSON":                       {"th", `app.back.button`},
		"a number":                      {"th", `{"app.back.button": 3}`},
		"a placeholder too many":        {"th", `{"app.back.button": "{{.Code}}"}`},
		"a placeholder too few":         {"th", `{"news.old.text": "x"}`},
		"another placeholder":           {"th", `{"app.minutes.text": {"other": "{{.Office}}"}}`},
		"no plural form":                {"th", `{"app.minutes.text": {"one": "{{.Count}}"}}`},
	} {
		_, err := c.With(bad[0], []byte(bad[1]))
		if err == nil || c.Check(bad[0], []byte(bad[1])) == nil {
			t.Errorf("%s: taken (%v)", name, err)
		}
	}
}
