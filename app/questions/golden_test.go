package questions_test

import (
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/theme"

	"leeward/app/questions"
	"leeward/app/typeset"
	"leeward/schema"
)

// spoken are the words of the goldens; those of the catalogue may change with every translator.
type spoken string

func (s spoken) Lang() string { return string(s) }

func (s spoken) Say(key string, _ ...any) string {
	return map[string][3]string{
		"interview.several.hint":       {"More than one answer is possible.", "يمكن اختيار أكثر من جواب.", "အဖြေ တစ်ခုထက်ပို၍ ရွေးနိုင်သည်။"},
		"interview.text.hint":          {"Short and plain. No names.", "باختصار ووضوح. دون أسماء.", "တိုတိုရှင်းရှင်း ရေးပါ။ အမည်များ မရေးပါနှင့်။"},
		"interview.rank.hint":          {"Tap the first, then the second, and so on.", "اضغط على الأول ثم الثاني وهكذا.", "ပထမကို နှိပ်ပါ၊ ထို့နောက် ဒုတိယကို နှိပ်ပါ။"},
		"interview.whole.hint":         {"A whole number", "عدد صحيح", "ကိန်းပြည့်"},
		"interview.acknowledge.button": {"Read", "قُرئ", "ဖတ်ပြီး"},
		"interview.about.label":        {"About: the day may stay open", "تقريبًا: يمكن ترك اليوم", "ခန့်မှန်း။ ရက်ကို ဗလာထားနိုင်သည်"},
		"missing.declined.label":       {"Does not want to answer", "لا يريد الإجابة", "မဖြေလိုပါ"},
		"missing.does_not_know.label":  {"Does not know", "لا يعرف", "မသိပါ"},
		"missing.not_asked.label":      {"Not asked", "لم يُسأل", "မမေးခဲ့ပါ"},
		"missing.not_applicable.label": {"Does not apply", "لا ينطبق", "မသက်ဆိုင်ပါ"},
	}[key][strings.Index("enarmy", string(s))/2]
}

// every kind with an answer, one under the other.
func everyKind(t *testing.T, interview schema.Lang, program string) (all fyne.CanvasObject, first *questions.Block) {
	t.Helper()
	column := container.New(&typeset.Column{Gap: 24})
	for _, c := range []struct {
		item    schema.Item
		answer  schema.Answer
		choices []string
	}{
		{schema.Item{Kind: schema.SelectMultiple}, schema.Answer{Value: "doctor"}, []string{"food", "doctor"}},
		{schema.Item{Kind: schema.TextKind, Appearance: "multiline"}, schema.Answer{Value: map[schema.Lang]string{
			"en": "Three months in one house.", "ar": "ثلاثة أشهر في بيت واحد.", "my": "အိမ်တစ်အိမ်တွင် သုံးလ",
		}[interview]}, nil},
		{schema.Item{Kind: schema.Date}, schema.Answer{Value: "2024-02-29"}, nil},
		{schema.Item{Kind: schema.Integer}, schema.Answer{Missing: schema.DoesNotKnow}, nil},
		{schema.Item{Kind: schema.Acknowledge}, schema.Answer{Value: "OK"}, nil},
		{schema.Item{Kind: schema.Range, Parameters: map[string]string{"start": "0", "end": "5"}}, schema.Answer{Value: "3"}, nil},
		{schema.Item{Kind: schema.Rank}, schema.Answer{Value: "doctor food"}, []string{"food", "doctor"}},
		{schema.Item{Kind: schema.SelectOne, Appearance: "likert"}, schema.Answer{Value: "no"}, []string{"yes", "no", "none"}},
	} {
		q := question(t, c.item, interview, c.choices...)
		q.Words, q.Screener = spoken(program), schema.Lang(program)
		q.Node.Answer = c.answer
		b := questions.NewBlock(q, func(schema.Answer) {})
		if first == nil {
			first = b
		}
		column.Add(b.Object())
	}
	return container.NewPadded(column), first
}

func TestGoldens(t *testing.T) {
	for name, c := range map[string]struct {
		interview schema.Lang
		program   string
		mode      typeset.Mode
		scale     float32
		width     float32
	}{
		"en-wide":       {"en", "en", typeset.Light, 1, 860},
		"ar-by-en-wide": {"ar", "en", typeset.Light, 1, 860},
		"en-by-ar-dark": {"en", "ar", typeset.Dark, 1, 860},
		"my-by-my":      {"my", "my", typeset.Light, 1, 860},
		"my-by-en-slim": {"my", "en", typeset.Light, 1, 360},
		"ar-by-ar-slim": {"ar", "ar", typeset.Light, 1, 360},
		"en-large":      {"en", "en", typeset.Light, 2, 700},
	} {
		t.Run(name, func(t *testing.T) {
			test.NewTempApp(t).Settings().SetTheme(typeset.NewTheme(c.mode, c.scale))
			content, first := everyKind(t, c.interview, c.program)
			back := canvas.NewRectangle(theme.Color(theme.ColorNameBackground))
			w := test.NewTempWindow(t, container.NewStack(back, content))
			w.SetPadded(false)
			for range 3 { // heights settle once the width is known
				w.Resize(fyne.NewSize(c.width, content.MinSize().Height))
			}
			first.Focus(w.Canvas())
			test.AssertImageMatches(t, name+".png", w.Canvas().Capture())
		})
	}
}
