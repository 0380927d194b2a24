package main

import (
	"strings"
	"testing"

	"leeward/schema/instrument"
	wording "leeward/schema/instrument/source"
)

// Each text of a question is seen as it stands beside its translation: its link leads to a place of the page,
// and the page says what the question says to a child and to the screener too.
func TestEveryPreviewLeadsToItsQuestion(t *testing.T) {
	s, err := wording.Open(instrument.Source())
	if err != nil {
		t.Fatal(err)
	}
	built, err := s.Build()
	if err != nil {
		t.Fatal(err)
	}
	b, err := renderPreview(only(built, "en", "lo"))
	if err != nil {
		t.Fatal(err)
	}
	page := string(b)
	unseen := 0
	for _, row := range s.Pack("lo") {
		if row.Item == "" {
			unseen++
			if group, _, _ := strings.Cut(row.Key, "."); strings.HasSuffix(row.Key, ".label") || strings.Contains(row.Key, ".choice.") {
				t.Errorf("%s of %s is seen nowhere", row.Key, group)
			}
			continue
		}
		if !strings.Contains(page, `id="`+row.Item+`"`) {
			t.Errorf("the page has no place for %s", row.Key)
		}
	}
	if unseen > 300 {
		t.Errorf("%d texts are seen nowhere", unseen)
	}
	lo := s.Texts["lo"].Entries
	for _, key := range []string{"c3.child", "c3.guidance", "l7.constraint", "a1.gate"} {
		if !strings.Contains(page, lo[key].Text) {
			t.Errorf("the page does not show %s", key)
		}
	}
}
