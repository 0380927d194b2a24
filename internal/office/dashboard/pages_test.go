package dashboard

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"leeward/internal/office/casework"
	"leeward/internal/screening"
	"leeward/schema"
	"leeward/schema/instrument"
)

func TestInterviewInBothLanguages(t *testing.T) {
	b := newBench(t)
	c, iv := b.in(), invented()
	b.arrive(iv, casework.Need{Kind: "safety", Level: casework.Red})
	a := b.get("/interviews/"+iv.ID.String(), c)
	if a.StatusCode != http.StatusOK {
		t.Fatalf("status %d\n%s", a.StatusCode, b.log.String())
	}
	a.wantHeaders(t, "interview")
	for _, want := range []string{
		`<span lang="en" dir="ltr">What may I call you?</span>`, // both wordings, each marked with its language
		`<span lang="ar" dir="rtl">`,
		"Yes, near here now",                   // a choice by its label
		"Did not want to answer", "not a “no”", // a missing reason is never a no
		"31</p>", "29</p>", "the person&#39;s earlier answer stays", // a correction is an addition
		"Asked in Arabic", "Asked in English", "text was shown in another language", "machine draft, not reviewed",
		"Possible victim of trafficking: act now", "on reasonable grounds",
		"The person agreed to talk.", "Answers are kept with a code", `href="#q-safety-c3"`,
		"Answers outside the questions shown",
	} {
		if !strings.Contains(a.body, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	log, err := b.records.Audit(t.Context())
	last := log[len(log)-1]
	if err != nil || last.Act != casework.ActView || last.Actor != testName || last.Object != iv.ID.String() {
		t.Errorf("the look was not written down: %+v (%v)", last, err)
	}
	if my := b.get("/interviews/"+iv.ID.String()+"?beside=my", c); !strings.Contains(my.body, `<span lang="my" dir="ltr">`) {
		t.Error("the reader's choice of language changes nothing")
	}
}

func TestNothingThatWasSaidBecomesMarkup(t *testing.T) {
	b := newBench(t)
	c, iv := b.in(), invented()
	b.arrive(iv)
	odd := invented()
	odd.Questionnaire[0] ^= 1 // shown without the words of a questionnaire
	odd.Code = screening.RespondentCode(attack)
	b.arrive(odd)
	for _, path := range []string{"/interviews/" + iv.ID.String(), "/interviews/" + odd.ID.String(), "/interviews", "/interviews?code=" + "%3Cscript%3E", "/devices"} {
		a := b.get(path, c)
		if a.StatusCode != http.StatusOK {
			t.Errorf("%s: status %d", path, a.StatusCode)
		}
		if strings.Contains(a.body, "<script") || strings.Contains(a.body, "<img src=x") {
			t.Errorf("%s: an answer became markup", path)
		}
		if strings.Contains(a.body, "onerror=alert(1)>") {
			t.Errorf("%s: an answer left its quotes", path)
		}
	}
	if !strings.Contains(b.get("/interviews/"+iv.ID.String(), c).body, "&lt;script&gt;alert(") {
		t.Error("the answer is not shown as it was said")
	}
}

func TestListHoldsNothingThatWasSaid(t *testing.T) {
	b := newBench(t)
	c, iv := b.in(), invented()
	b.arrive(iv, casework.Need{Kind: "safety", Level: casework.Red}, casework.Need{Kind: "never heard of", Level: casework.Amber})
	a := b.get("/interviews", c)
	for _, want := range []string{string(iv.Code), "Urgent", "Safety", "Soon", "Other need", "Arabic", "▲", "◆"} {
		if !strings.Contains(a.body, want) {
			t.Errorf("the list lacks %q", want)
		}
	}
	for _, never := range []string{"victim", "What may I call you", "never heard of", "onerror", "possible"} {
		if strings.Contains(strings.ToLower(a.body), never) {
			t.Errorf("the list says %q", never)
		}
	}
}

func TestWithdrawnShowsOnlyThat(t *testing.T) {
	b := newBench(t)
	c, iv := b.in(), invented()
	b.arrive(iv, casework.Need{Kind: "safety", Level: casework.Red})
	if a := b.get("/interviews/"+iv.ID.String(), c); !strings.Contains(a.body, ">31<") {
		t.Fatal("the age does not stand on the page before; that it is gone after proves nothing")
	}
	gone := iv
	gone.Status, gone.Version = screening.Withdrawn, 2
	b.arrive(gone)
	for _, path := range []string{"/interviews", "/interviews/" + iv.ID.String()} {
		a := b.get(path, c)
		if a.StatusCode != http.StatusOK || !strings.Contains(a.body, "Withdrawn") {
			t.Errorf("%s: status %d, want it shown as withdrawn", path, a.StatusCode)
		}
		for _, never := range []string{string(iv.Code), "Arabic", "Urgent", "What may I call you", ">31<"} {
			if strings.Contains(strings.ReplaceAll(a.body, iv.ID.String(), ""), never) {
				t.Errorf("%s still says %q", path, never)
			}
		}
	}
}

func TestListPagesAndFilters(t *testing.T) {
	b := newBench(t)
	c := b.in()
	if a := b.get("/interviews", c); !strings.Contains(a.body, "No interview has arrived yet") {
		t.Error("an empty office does not say so")
	}
	for i := range pageRows + 3 {
		iv := invented()
		iv.Code = screening.RespondentCode(fmt.Sprintf("7K2F-%04d", i))
		b.arrive(iv)
		b.now = b.now.Add(time.Second)
	}
	first := b.get("/interviews", c)
	older := regexp.MustCompile(`rel="next" href="([^"]+)"`).FindStringSubmatch(first.body)
	if older == nil || !strings.Contains(first.body, "53 interviews") || strings.Contains(first.body, "7K2F-0000") {
		t.Fatal("the first page is not one page of 53 interviews")
	}
	second := b.get(strings.ReplaceAll(older[1], "&amp;", "&"), c)
	if strings.Count(second.body, `class="code"`) != 3 || !strings.Contains(second.body, "7K2F-0000") || !strings.Contains(second.body, "Back to the newest") {
		t.Error("the second page does not hold the three oldest and the way back")
	}
	if a := b.get("/interviews?code=7k2f0007", c); strings.Count(a.body, `class="code"`) != 1 || !strings.Contains(a.body, `value="7K2F-0007"`) {
		t.Error("a code typed without its hyphen is not found")
	}
	if a := b.get("/interviews?need=any", c); !strings.Contains(a.body, "Nothing found") {
		t.Error("a filter without rows does not say so")
	}
	if a := b.get("/interviews?after=nonsense", c); a.StatusCode != http.StatusNotFound {
		t.Errorf("a place that is none: status %d, want 404", a.StatusCode)
	}
}

func TestWhatIsNotHere(t *testing.T) {
	b := newBench(t)
	c := b.in()
	for _, path := range []string{"/interviews/" + screening.NewInterviewID().String(), "/interviews/x", "/nothing", "/interviews/..%2fabout", "/pages/frame.html"} {
		a := b.get(path, c)
		if a.StatusCode != http.StatusNotFound || !strings.Contains(a.body, "Not here") {
			t.Errorf("%s: status %d, want a page that says it is not here", path, a.StatusCode)
		}
	}
}

func TestFaultsGetAReference(t *testing.T) {
	b := newBench(t)
	c, iv := b.in(), invented()
	b.arrive(iv)
	if err := b.records.Close(); err != nil {
		t.Fatal(err)
	}
	a := b.get("/interviews/"+iv.ID.String(), c)
	ref := regexp.MustCompile(`this number: ([0-9a-f]{8})`).FindStringSubmatch(a.body)
	if a.StatusCode != http.StatusInternalServerError || ref == nil {
		t.Fatalf("status %d without a reference", a.StatusCode)
	}
	if log := b.log.String(); !strings.Contains(log, ref[1]) || strings.Contains(log, iv.ID.String()) || strings.Contains(log, "/interviews/0") {
		t.Errorf("the log lacks the reference or names an interview: %s", log)
	}
}

// TestLanguageChangedMidway has an interview that ended in the reader's language: what was asked in another
// still stands beside it.
func TestLanguageChangedMidway(t *testing.T) {
	b := newBench(t)
	c, iv := b.in(), invented()
	iv.Setting.Language = "en"
	iv.Answers[8].Lang = "my" // D2, asked in a third language, twice with one answer
	iv.Answers[10].Lang, iv.Answers[10].Answer = "my", iv.Answers[8].Answer
	b.arrive(iv)
	a := b.get("/interviews/"+iv.ID.String(), c)
	arabic := instrument.Form().Evaluate(iv.Current(), schema.Env{Now: iv.Finished}).Label("/data/about/d1", "ar")
	burmese := instrument.Form().Evaluate(iv.Current(), schema.Env{Now: iv.Finished}).Label("/data/about/d2", "my")
	for _, want := range []string{
		`<span lang="ar" dir="rtl">` + arabic.Text, `<span lang="my" dir="ltr">` + burmese.Text, "asked twice, answered the same",
	} {
		if !strings.Contains(a.body, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	if strings.Contains(a.body, "earlier answer stays") {
		t.Error("the same answer twice is shown as a change")
	}
}
