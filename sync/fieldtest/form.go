package fieldtest

import (
	"sync"

	"leeward/schema"
)

// Form is a questionnaire of one question.
var Form = sync.OnceValue(func() *schema.Form {
	q, err := schema.Parse([]byte(`{"format":"leeward/questionnaire/1","id":"test","version":"1","title":{"en":{"text":"Test"}},"source":"en",
"languages":[{"tag":"en","name":"English"}],"items":[{"name":"q","kind":"text","text":{"en":{"text":"What happened?"}}}]}`))
	if err != nil {
		panic(err)
	}
	form, err := schema.Compile(q)
	if err != nil {
		panic(err)
	}
	return form
})
