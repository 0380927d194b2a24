package main

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"testing"
	"time"

	"leeward/internal/office/casework"
	"leeward/internal/screening"
	"leeward/schema"
	"leeward/schema/instrument"
)

// TestWhatBecameOfQuestions: people who agreed count, numbers of a few people are not told, and a question to which nothing
// hangs is named.
func TestWhatBecameOfQuestions(t *testing.T) {
	form := instrument.Form()
	count := useCount{by: map[schema.Path]*questionUse{}}
	told := func(b5, d3 schema.Answer) casework.Told {
		iv := screening.Interview{Answers: []screening.Recorded{
			{Seq: 1, Path: "/data/closing/b5", Answer: b5}, {Seq: 2, Path: "/data/about/d3", Answer: d3},
		}}
		return casework.Told{Interview: iv}
	}
	yes, no := schema.Answer{Value: "yes"}, schema.Answer{Value: "no"}
	count.add(form, told(yes, schema.Answer{Value: "SY"}), true)
	count.add(form, told(yes, schema.Answer{Value: "SY"}), false)
	count.add(form, told(yes, schema.Answer{Missing: schema.Declined}), true)
	count.add(form, told(no, schema.Answer{Value: "SY"}), true)
	count.add(form, told(schema.Answer{}, schema.Answer{Value: "SY"}), true)
	d3, d1 := count.by["/data/about/d3"], count.by["/data/about/d1"]
	if d3.Answered != 2 || d3.Declined != 1 || d3.Left != 0 || d3.Referred != 1 || d1.Left != 3 {
		t.Errorf("d3 %+v, d1 %+v", d3, d1)
	}
	for path, use := range map[schema.Path]string{"/data/needs/c1": "need", "/data/consent/b2": "consent", "/data/prepare/a7": "asks"} {
		if u := count.by[path]; u == nil || !slices.Contains(u.Uses, use) {
			t.Errorf("%s is used for %v, want %s among it", path, u, use)
		}
	}
	lonely, err := schema.Compile(&schema.Questionnaire{
		ID: "lonely", Version: "1", Source: "en", Languages: []schema.Language{{Tag: "en"}},
		Items: []schema.Item{{Name: "a", Kind: schema.TextKind, Text: schema.Text{"en": {Text: "A?"}}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	item, _ := lonely.Item("/data/a")
	if uses := usesOf(lonely, "/data/a", item); len(uses) != 0 {
		t.Errorf("a question to which nothing hangs is used for %v", uses)
	}
}

// TestQuestionsCommand counts a demonstration: nothing below eleven people is told, and a year that goes on is refused.
func TestQuestionsCommand(t *testing.T) {
	o := newTestOffice(t)
	o.run("demo", "-cases", "200", "-seed", "3")
	year := fmt.Sprint(time.Now().Year() - 1)
	var said struct{ Questions []questionUse }
	if err := json.Unmarshal([]byte(o.run("questions", "-json", "-year", year)), &said); err != nil {
		t.Fatal(err)
	}
	for _, u := range said.Questions {
		if u.Answered%roundTo+u.Declined%roundTo+u.Left%roundTo+u.Referred%roundTo != 0 {
			t.Errorf("%s tells numbers of a few people: %+v", u.Path, u)
		}
	}
	p := o.program(io.Discard)
	p.Stderr = io.Discard
	for _, args := range [][]string{{"-year", fmt.Sprint(time.Now().Year())}, {"-year", "25"}, {}} {
		if code := p.Run(t.Context(), append([]string{"questions", "-data", o.dir, "-passphrase-file", o.pass}, args...)); code != exitUsage {
			t.Errorf("questions %v: exit %d", args, code)
		}
	}
	if len(said.Questions) == 0 {
		t.Error("no question was counted: the test proves nothing")
	}
}
