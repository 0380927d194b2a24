package schema_test

import (
	"fmt"
	"time"

	"leeward/schema"
)

// pain is the questionnaire of FORMAT.md, section 2.
const pain = `{"format": "leeward/questionnaire/1", "id": "pain", "version": "1", "source": "en",
 "title": {"en": {"text": "Pain"}},
 "languages": [{"tag": "en", "name": "English"}],
 "choices": [{"name": "yesno", "choices": [{"name": "yes", "label": {"en": {"text": "Yes"}}}, {"name": "no", "label": {"en": {"text": "No"}}}]}],
 "items": [
  {"name": "pain", "kind": "select_one", "list": "yesno", "required": "yes", "text": {"en": {"text": "Are you in pain?"}}},
  {"name": "where", "kind": "text", "relevant": "${pain} = 'yes'", "text": {"en": {"text": "Where?"}}}]}`

func Example() {
	q, err := schema.Parse([]byte(pain))
	if err != nil {
		fmt.Println(err)
		return
	}
	form, err := schema.Compile(q)
	if err != nil {
		fmt.Println(err)
		return
	}
	env := schema.Env{Now: time.Date(2026, 1, 15, 10, 0, 0, 0, time.UTC), Language: "en"}
	fmt.Println("ref", q.Ref())
	fmt.Println("first:", form.Evaluate(nil, env).Visible())

	answers := schema.Answers{"/data/pain": {Value: "yes"}}
	fmt.Println("then: ", form.Evaluate(answers, env).Visible())
	fmt.Println(form.Admits("/data/pain", schema.Answer{Value: "maybe"}, answers, env))
	// Output:
	// ref 1063e0bd16036456c0cd5ff6da1b8b20a3d5519a302b29156d9da87dbae25135
	// first: [/data/pain]
	// then:  [/data/pain /data/where]
	// [problem choice]
}

func ExampleCompile_cycle() {
	q, err := schema.Parse([]byte(pain))
	if err != nil {
		fmt.Println(err)
		return
	}
	q.Items[0].Relevant = "${where} != ''"
	_, err = schema.Compile(q)
	fmt.Println(err)
	// Output: /data/pain: cycle: pain -> where -> pain
}
