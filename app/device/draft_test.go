package device_test

import (
	"testing"

	"leeward/app/device"
	"leeward/app/session"
	"leeward/internal/screening"
	"leeward/schema"
	"leeward/schema/instrument"
	"leeward/schema/instrument/synthetic"
)

// answer answers as an invented person does, until enough says so or nothing is left.
func answer(t testing.TB, d *device.Device, enough func(*session.Session) bool) *session.Session {
	t.Helper()
	talk, err := d.Start(t.Context(), screening.Setting{Screener: "S1"})
	if err != nil {
		t.Fatal(err)
	}
	for _, step := range synthetic.Interview(7, talk.Form(), "invented") {
		if problem, err := talk.Answer(t.Context(), step.Path, step.Answer); err != nil || problem != nil {
			t.Fatalf("answer %s: %v, %v", step.Path, problem, err)
		}
		if enough(talk) {
			break
		}
	}
	return talk
}

// keepDraft answers as an invented person does until the interview is kept, and stops there.
func keepDraft(t testing.TB, d *device.Device) screening.InterviewID {
	t.Helper()
	talk := answer(t, d, (*session.Session).Kept)
	if !talk.Kept() {
		t.Fatal("the invented person never agreed")
	}
	id := talk.ID()
	if err := talk.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	return id
}

// finish answers all that an invented person answers.
func finish(t testing.TB, d *device.Device) {
	t.Helper()
	talk := answer(t, d, func(*session.Session) bool { return false })
	for _, need := range talk.OpenActions() {
		if err := talk.Act(t.Context(), need, "called", "en"); err != nil {
			t.Fatal(err)
		}
	}
	if problems, err := talk.Finish(t.Context()); len(problems) != 0 || err != nil {
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
