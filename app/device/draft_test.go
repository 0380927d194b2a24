package device_test

import (
	"testing"

	"leeward/app/device"
	"leeward/internal/screening"
	"leeward/schema"
	"leeward/schema/instrument"
	"leeward/schema/instrument/synthetic"
)

// keepDraft answers as an invented person does until the interview is kept, and stops there.
func keepDraft(t testing.TB, d *device.Device) screening.InterviewID {
	t.Helper()
	ctx := t.Context()
	talk, err := d.Start(ctx, screening.Setting{Screener: "S1"})
	if err != nil {
		t.Fatal(err)
	}
	for _, step := range synthetic.Interview(7, talk.Form(), "invented") {
		if problem, err := talk.Answer(ctx, step.Path, step.Answer); err != nil || problem != nil {
			t.Fatalf("answer %s: %v, %v", step.Path, problem, err)
		}
		if talk.Kept() {
			id := talk.ID()
			if err := talk.Stop(ctx); err != nil {
				t.Fatal(err)
			}
			return id
		}
	}
	t.Fatal("the invented person never agreed")
	return screening.InterviewID{}
}

// finish answers all that an invented person answers.
func finish(t testing.TB, d *device.Device) {
	t.Helper()
	ctx := t.Context()
	talk, err := d.Start(ctx, screening.Setting{Screener: "S1"})
	if err != nil {
		t.Fatal(err)
	}
	for _, step := range synthetic.Interview(7, talk.Form(), "invented") {
		if problem, err := talk.Answer(ctx, step.Path, step.Answer); err != nil || problem != nil {
			t.Fatalf("answer %s: %v, %v", step.Path, problem, err)
		}
	}
	for _, need := range talk.OpenActions() {
		if err := talk.Act(ctx, need, "called", "en"); err != nil {
			t.Fatal(err)
		}
	}
	if problems, err := talk.Finish(ctx); len(problems) != 0 || err != nil {
		t.Fatal(problems, err)
	}
}

// reworded is the questionnaire with another version, and so another Ref.
func reworded(t *testing.T) *schema.Form {
	t.Helper()
	q := *instrument.Screening()
	q.Version += "-later"
	form, err := schema.Compile(&q)
	if err != nil {
		t.Fatal(err)
	}
	return form
}
