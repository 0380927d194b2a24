package questions_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"fyne.io/fyne/v2/test"

	"leeward/app/questions"
	"leeward/app/typeset"
	"leeward/schema"
)

func TestOtherKinds(t *testing.T) {
	zone := time.Now().Format("-07:00")
	for _, c := range []struct {
		item        schema.Item
		typed, want string
	}{
		{schema.Item{Kind: schema.Time}, "14:30", "14:30:00.000" + zone},
		{schema.Item{Kind: schema.Time}, "٠٩٠٥", "09:05:00.000" + zone},
		{schema.Item{Kind: schema.Time}, "9.05", "09:05:00.000" + zone},
		{schema.Item{Kind: schema.Time}, "24:00", ""},
		{schema.Item{Kind: schema.Time}, "9:5", ""},
		{schema.Item{Kind: schema.Barcode}, " AB-12 ", "AB-12"},
		{schema.Item{Kind: schema.Geopoint}, "13.7563 100.5018", "13.7563 100.5018 0 0"},
		{schema.Item{Kind: schema.Geopoint}, "13.7563, -100.5018", "13.7563 -100.5018 0 0"},
		{schema.Item{Kind: schema.Geopoint}, "١٣٫٧٥ ١٠٠٫٥ 4 2", "13.75 100.5 4 2"},
		{schema.Item{Kind: schema.Geopoint}, "91 0", ""},
		{schema.Item{Kind: schema.Geopoint}, "13.75", ""},
		{schema.Item{Kind: schema.Geotrace}, "1 2\n3 4\n", "1 2 0 0;3 4 0 0"},
		{schema.Item{Kind: schema.Geotrace}, "1 2", ""},
		{schema.Item{Kind: schema.Geoshape}, "1 2\n3 4\n5 6", "1 2 0 0;3 4 0 0;5 6 0 0;1 2 0 0"},
		{schema.Item{Kind: schema.Range, Parameters: map[string]string{"start": "0", "end": "100", "step": "5"}}, "35", "35"},
		{schema.Item{Kind: schema.Range, Parameters: map[string]string{"start": "0", "end": "100", "step": "5"}}, "36", ""},
	} {
		s := show(t, question(t, c.item, "en"))
		s.typed(c.typed)
		s.expect(c.want, "")
		if got := s.block.Incomplete(); got != (c.want == "") {
			t.Errorf("%s %q: incomplete %v", c.item.Kind, c.typed, got)
		}
	}
}

func TestShortRange(t *testing.T) {
	s := show(t, question(t, schema.Item{Kind: schema.Range, Parameters: map[string]string{"start": "1", "end": "5"}}, "en"))
	buttons := all[*typeset.Button](s.block.Object())
	if len(buttons) != 5+4 {
		t.Fatalf("%d buttons, want the five values and four reasons", len(buttons))
	}
	test.Tap(buttons[2])
	s.expect("3", "")
	if p, ok := s.block.Field.(questions.Picker); !ok || !p.Pick(5) || p.Pick(6) {
		t.Error("the digits of the keyboard do not choose")
	}
	s.expect("5", "")
	test.Tap(buttons[4])
	s.expect("", "")
}

func TestRank(t *testing.T) {
	s := show(t, question(t, schema.Item{Kind: schema.Rank}, "ar", "food", "rest", "doctor"))
	rows := all[*typeset.Choice](s.block.Object())
	for _, step := range []struct {
		tap  int
		want string
	}{{2, ""}, {0, ""}, {1, "doctor food rest"}, {0, ""}, {0, "doctor rest food"}} {
		test.Tap(rows[step.tap])
		s.expect(step.want, "")
		if s.block.Incomplete() != (step.want == "") {
			t.Error("half an order is not incomplete, or a whole one is")
		}
	}
	if got := rows[0].Captions.First.Text(); got != "3. "+captions["ar"]["food"] {
		t.Errorf("the last row says %q", got)
	}
}

func TestAppearancesSideBySide(t *testing.T) {
	for appearance, beside := range map[string]bool{"likert": true, "w1 columns-2": true, "minimal": false, "": false} {
		s := show(t, question(t, schema.Item{Kind: schema.SelectOne, Appearance: appearance}, "ar", "yes", "no"))
		rows := all[*typeset.Choice](s.block.Object())
		if got := rows[0].Position().Y == rows[1].Position().Y; got != beside {
			t.Errorf("%q: side by side %v, want %v", appearance, got, beside)
		}
		if beside && rows[0].Position().X < rows[1].Position().X {
			t.Errorf("%q: the first choice stands on the left in Arabic", appearance)
		}
		test.Tap(rows[1])
		s.expect("no", "")
	}
}

// kindsOfTheSchema reads the kinds from the source, so that a new one cannot be forgotten here.
func kindsOfTheSchema(t *testing.T) (kinds []schema.Kind) {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), filepath.Join("..", "..", "schema", "questionnaire.go"), nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok {
			return true
		}
		if named, ok := spec.Type.(*ast.Ident); ok && named.Name == "Kind" {
			for _, v := range spec.Values {
				text, err := strconv.Unquote(v.(*ast.BasicLit).Value)
				if err != nil {
					t.Fatal(err)
				}
				kinds = append(kinds, schema.Kind(text))
			}
		}
		return true
	})
	return kinds
}

func TestEveryKindHasAWidget(t *testing.T) {
	silent := map[schema.Kind]bool{schema.Group: true, schema.Repeat: true, schema.Note: true, schema.Calculate: true, schema.Hidden: true}
	kinds := kindsOfTheSchema(t)
	if len(kinds) < 36 {
		t.Fatalf("read %d kinds, want 36 or more", len(kinds))
	}
	for _, kind := range kinds {
		s := show(t, question(t, schema.Item{Kind: kind}, "en", "yes", "no"))
		asked := !silent[kind] && !kind.Metadata()
		if got := !s.block.Object().MinSize().IsZero() && s.block.Missing != nil; got != asked {
			t.Errorf("%s: shown with reasons: %v, want %v", kind, got, asked)
		}
		if size := s.block.Field.Object().MinSize(); asked && size.Height < 15 {
			t.Errorf("%s: its field is %v, want something to see", kind, size)
		}
	}
}
