package typeset_test

import (
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/theme"

	"leeward/app/typeset"
)

// start makes an app in the house's theme; widgets are made after it.
func start(t *testing.T, mode typeset.Mode, scale float32) {
	t.Helper()
	test.NewTempApp(t).Settings().SetTheme(typeset.NewTheme(mode, scale))
}

// window shows content on the theme's background. The second resize lets heights settle.
func window(t *testing.T, width, height float32, content fyne.CanvasObject) fyne.Window {
	t.Helper()
	back := canvas.NewRectangle(theme.Color(theme.ColorNameBackground))
	w := test.NewTempWindow(t, container.NewStack(back, content))
	w.SetPadded(false)
	w.Resize(fyne.NewSize(width, height+1))
	w.Resize(fyne.NewSize(width, height))
	return w
}

// wording is one invented question in one language.
type wording struct {
	lang, question, badge, next string
	choices                     []string
}

var wordings = map[string]wording{
	"en": {
		"en", "Did your employer keep your passport (no. AB 12345) for more than 30 days?", "source text", "Next",
		[]string{"Yes", "No, I have it", "He said that I would have to pay 2,500 USD before I may leave the house"},
	},
	"ar": {
		"ar", "هل احتفظ صاحب العمل بجواز سفرك (رقم AB 12345) لأكثر من 30 يومًا؟", "مسودة آلية، لم تُراجَع", "التالي",
		[]string{"نعم", "لا، هو معي", "قال إن عليّ أن أدفع 2,500 USD قبل أن أغادر البيت"},
	},
	"my": {
		"my", "သင့်အလုပ်ရှင်သည် သင့်နိုင်ငံကူးလက်မှတ် (အမှတ် AB 12345) ကို ရက် ၃၀ ထက်ပို၍ သိမ်းဆည်းထားခဲ့ပါသလား။", "စက်ဖြင့်ဘာသာပြန်ထားသည်", "ရှေ့သို့",
		[]string{"ဟုတ်ကဲ့", "မဟုတ်ပါ၊ ကျွန်ုပ်ထံတွင်ရှိသည်", "အိမ်မှမထွက်မီ 2,500 USD ပေးရမည်ဟု ပြောခဲ့သည်"},
	},
}

// page is a question as a screen shows it, with the second row chosen.
type page struct {
	title   *typeset.Pair
	badge   *typeset.Badge
	choices []*typeset.Choice
	next    *typeset.Button
	content *fyne.Container
}

func newPage(first, second wording, round bool) *page {
	question, other := typeset.NewLabel("", ""), typeset.NewLabel("", "")
	question.Step, question.Bold, other.Color = typeset.Title, true, typeset.ColorMuted
	p := &page{title: typeset.NewPair(question, other), badge: typeset.NewBadge("", "", theme.ColorNameWarning)}
	p.content = container.New(&typeset.Column{Gap: 10}, p.title, p.badge)
	for range first.choices {
		c := typeset.NewChoice(round, nil)
		p.choices = append(p.choices, c)
		p.content.Add(c)
	}
	p.next = typeset.NewButton("", "", nil)
	p.next.Weight = typeset.Primary
	quiet := typeset.NewButton("Pause", "en", nil)
	danger := typeset.NewButton("Stop", "en", nil)
	danger.Weight = typeset.Danger
	p.content.Add(container.NewGridWithColumns(3, quiet, danger, p.next))
	p.choices[1].SetOn(true)
	p.show(first, second)
	return p
}

func (p *page) show(first, second wording) {
	p.title.Set(first.question, first.lang, second.question, second.lang)
	p.badge.Set(first.badge, first.lang)
	for i, c := range p.choices {
		c.Captions.Set(first.choices[i], first.lang, second.choices[i], second.lang)
	}
	p.next.Set(first.next, first.lang)
}

func TestGoldens(t *testing.T) {
	for name, c := range map[string]struct {
		first, second string
		round         bool
		mode          typeset.Mode
		scale         float32
		width, height float32
	}{
		"en-my-wide":      {"en", "my", true, typeset.Light, 1, 900, 460},
		"ar-en-wide":      {"ar", "en", true, typeset.Light, 1, 900, 460},
		"ar-en-dark":      {"ar", "en", false, typeset.Dark, 1, 900, 460},
		"my-en-wide":      {"my", "en", false, typeset.Light, 1, 900, 510},
		"ar-en-phone":     {"ar", "en", true, typeset.Light, 1, 360, 700},
		"my-en-phone":     {"my", "en", true, typeset.Light, 1, 360, 760},
		"en-only":         {"en", "en", false, typeset.Light, 1, 600, 360},
		"ar-en-large":     {"ar", "en", true, typeset.Light, 2, 900, 1000},
		"my-en-large":     {"my", "en", false, typeset.Light, 2, 900, 1160},
		"my-en-threefold": {"my", "en", true, typeset.Dark, 3, 720, 1400},
	} {
		t.Run(name, func(t *testing.T) {
			start(t, c.mode, c.scale)
			p := newPage(wordings[c.first], wordings[c.second], c.round)
			w := window(t, c.width, c.height, container.NewPadded(p.content))
			w.Canvas().Focus(p.choices[2])
			test.AssertImageMatches(t, name+".png", w.Canvas().Capture())
		})
	}
}
