package xlsform

import (
	"fmt"
	"testing"

	"github.com/xuri/excelize/v2"

	"leeward/schema"
)

// grid2 makes a workbook of a survey and choices given cell by cell.
func grid2(t testing.TB, survey, choices [][]string) []byte {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	must(t, f.SetSheetName("Sheet1", "survey"))
	_, err := f.NewSheet("choices")
	must(t, err)
	for name, rows := range map[string][][]string{"survey": survey, "choices": choices} {
		s, err := f.NewStreamWriter(name)
		must(t, err)
		for i, cells := range rows {
			line := make([]any, len(cells))
			for j, c := range cells {
				if len(c) > 30000 {
					c = c[:30000]
				}
				line[j] = c
			}
			must(t, s.SetRow(fmt.Sprintf("A%d", i+1), line))
		}
		must(t, s.Flush())
	}
	b, err := f.WriteToBuffer()
	must(t, err)
	return b.Bytes()
}

// large is a workbook of so many questions in three languages, a tenth of them a chain of calculations.
func large(t testing.TB, n int) []byte {
	survey := [][]string{{"type", "name", "label::English (en)", "label::French (fr)", "label::Arabic (ar)", "relevant", "calculation", "constraint", "required"}}
	for i := range n {
		q := fmt.Sprintf("q%d", i)
		row := []string{"integer", q, "Question " + q, "Question " + q, "سؤال " + q, "", "", ". >= 0", "yes"}
		switch {
		case i%10 == 9:
			row = []string{"calculate", q, "", "", "", "", fmt.Sprintf("coalesce(${q%d}, 0) + 1", max(i-10, 0)), "", ""}
		case i%3 == 1:
			row[0], row[7] = "select_one yn", ""
		case i > 0:
			row[5] = fmt.Sprintf("${q%d} = 'yes' or ${q%d} > 3", max(i-2, 0), i-1)
		}
		survey = append(survey, row)
	}
	choices := [][]string{{"list_name", "name", "label::English (en)", "label::French (fr)", "label::Arabic (ar)"}}
	for i := range 400 {
		choices = append(choices, []string{"long", fmt.Sprintf("c%d", i), "Choice", "Choix", "خيار"})
	}
	choices = append(choices, []string{"yn", "yes", "Yes", "Oui", "نعم"}, []string{"yn", "no", "No", "Non", "لا"})
	return grid2(t, survey, choices)
}

func BenchmarkRead1000(b *testing.B) {
	file := large(b, 1000)
	b.ReportAllocs()
	for b.Loop() {
		if im := Read(file, Options{}); im.Err() != nil {
			b.Fatal(im.Err())
		}
	}
}

func BenchmarkRecord1000(b *testing.B) {
	im := Read(large(b, 1000), Options{})
	if im.Err() != nil {
		b.Fatal(im.Err())
	}
	env := schema.Env{Language: "en"}
	a := im.Form.Begin(env)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		a = im.Form.Record("/data/q0", schema.Answer{Value: fmt.Sprint(i % 7)}, a, env)
	}
}
