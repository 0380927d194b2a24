package synthetic

import (
	"fmt"
	"strings"

	"leeward/schema"
)

// Invented names and sentences by language. None belongs to a real person or tells a real story.
var (
	names = map[schema.Lang][]string{
		"en": {"Robin", "Sam", "Ari", "Lee", "Noor"},
		"ar": {"نور", "أمل", "رضا", "صباح", "وسام"},
		"my": {"နန်း", "ဝင်း", "အေး", "စန်း", "မိုး"},
	}
	sentences = map[schema.Lang][]string{
		"en": {"near the harbour", "a small town by the river", "the house behind the market", "on the way to the coast"},
		"ar": {"قرب الميناء", "بلدة صغيرة عند النهر", "البيت خلف السوق", "على الطريق إلى الساحل"},
		"my": {"ဆိပ်ကမ်းအနီး", "မြစ်ဘေးရှိ မြို့ငယ်", "ဈေးနောက်ရှိ အိမ်", "ကမ်းရိုးတန်းသို့ သွားရာလမ်း"},
	}
)

// text invents words around the marker. A constraint that admits no such words gets what it probably
// wants: a year, a month, a day, a word without spaces.
func (w *walk) text(n schema.Node, try int) string {
	if try == 0 || n.Item.Constraint == "" {
		from := sentences
		if n.Item.Sensitivity == schema.Identity {
			from = names
		}
		return strings.TrimSpace(pick(w, from) + " " + w.marker)
	}
	switch w.dice.below(4) {
	case 0:
		return w.date()
	case 1:
		return w.date()[:7]
	case 2:
		return w.date()[:4]
	}
	return w.marker
}

func pick(w *walk, from map[schema.Lang][]string) string {
	list := from[w.lang]
	if len(list) == 0 {
		list = from["en"]
	}
	return list[w.dice.below(len(list))]
}

// number invents a whole number: an age at first, then smaller and smaller.
func (w *walk) number(try int) string {
	switch {
	case try < 8:
		return fmt.Sprint(8 + w.dice.below(50))
	case try < 16:
		return fmt.Sprint(w.dice.below(20))
	}
	return fmt.Sprint(w.dice.below(8))
}

// date invents a day of the last years before the interview.
func (w *walk) date() string {
	return env.Now.AddDate(0, 0, -1-w.dice.below(2000)).Format("2006-01-02")
}
