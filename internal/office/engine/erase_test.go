package engine_test

import (
	"reflect"
	"testing"

	"leeward/internal/office/casework"
	"leeward/internal/screening"
)

func TestWithdrawalErasesEverything(t *testing.T) {
	for _, before := range []bool{false, true} {
		onBoth(t, func(t *testing.T, b *bench) {
			d := b.device()
			iv, stays := interview(1), interview(1)
			told, taken := arrival(d, 1, ""), arrival(d, 2, "")
			if before {
				b.take(taken, withdrawal(iv.ID, 2))
				b.take(told, held(iv), held(stays))
			} else {
				b.take(told, held(iv), held(stays))
				if done := b.take(taken, withdrawal(iv.ID, 2)); !done.Redact {
					t.Error("a withdrawal made nothing due for redaction")
				}
			}
			b.reopen()
			rec, err := b.View(t.Context(), "reviewer", iv.ID)
			if err != nil {
				t.Fatal(err)
			}
			want := screening.Interview{ID: iv.ID, Status: screening.Withdrawn}
			if !reflect.DeepEqual(rec.Interview, want) || rec.Code != "" || rec.Level() != "" || rec.WithdrawnAt.IsZero() {
				t.Errorf("withdrawal first %v: something is left of the interview", before)
			}
			var left int
			if err := b.Raw().QueryRow(`SELECT count(*) FROM versions WHERE interview_id = $1`, iv.ID[:]).Scan(&left); err != nil || left != 0 {
				t.Errorf("%d readable versions left (%v), want 0", left, err)
			}
			tasks, err := b.Due(t.Context(), 10, nil)
			if err != nil || len(tasks) != 1 || tasks[0].Arrival.Batch != told.Batch || !reflect.DeepEqual(tasks[0].Redact, []int{0}) {
				t.Fatalf("due: got %d tasks (%v), want the one batch with place 0", len(tasks), err)
			}
			if err := b.Redact(t.Context(), casework.Redaction{Batch: told.Batch, Payload: []byte("without it"), Places: []int{0}, Entry: []byte("erased")}); err != nil {
				t.Fatal(err)
			}
			if tasks, err = b.Due(t.Context(), 10, nil); err != nil || len(tasks) != 0 {
				t.Errorf("after redaction: %d tasks (%v), want none", len(tasks), err)
			}
			if rec, err := b.View(t.Context(), "reviewer", stays.ID); err != nil || rec.Interview.Code != stays.Code {
				t.Errorf("another person's interview is gone too: %v", err)
			}
		})
	}
}

// TestWithdrawalCoversWhatCouldNotBeRead: a record that nobody could use is erased like any other.
func TestWithdrawalCoversWhatCouldNotBeRead(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		d := b.device()
		iv := interview(1)
		b.take(arrival(d, 1, ""), withdrawal(iv.ID, 2))
		unread := held(iv)
		unread.Code, unread.Content = screening.EForm, nil
		if done := b.take(arrival(d, 2, ""), unread); !done.Redact {
			t.Error("the payload of a withdrawn person is not due for redaction")
		}
		b.noMarker()
	})
}

func TestQuarantineAndRelease(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		d := b.device()
		a, iv := arrival(d, 1, ""), interview(1)
		if _, err := b.Receive(t.Context(), a); err != nil {
			t.Fatal(err)
		}
		bad := casework.Opened{Entry: []byte("not opened"), Batch: a.Batch, Device: d.ID, Level: screening.LevelQuarantined, Code: screening.EOpen}
		done, err := b.Engine.Open(t.Context(), bad)
		if err != nil {
			t.Fatal(err)
		}
		if done.Receipt.Level != screening.LevelQuarantined || done.Receipt.Code != screening.EOpen || done.Receipt.Proof != [32]byte{} {
			t.Errorf("got %+v, want quarantined with E_OPEN and no proof", done.Receipt)
		}
		b.wantStats(casework.Stats{Devices: 1, Batches: 1, Quarantined: 1, Incidents: 1})
		if done, err = b.Engine.Open(t.Context(), opened(a, held(iv))); err != nil || done.Receipt.Level != screening.LevelOpened {
			t.Fatalf("release: got %+v (%v), want opened", done.Receipt, err)
		}
		if done, err = b.Engine.Open(t.Context(), bad); err != nil || done.Receipt.Level != screening.LevelOpened {
			t.Errorf("settled twice: got %+v (%v), want it left opened", done.Receipt, err)
		}
	})
}

func TestForeignRecordIsQuarantined(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		mine, other := b.device(), b.device()
		iv := interview(1)
		b.take(arrival(mine, 1, ""), held(iv))
		forged := iv
		forged.Version = 9
		b.take(arrival(other, 1, ""), held(forged), withdrawal(iv.ID, 10))
		rec, err := b.View(t.Context(), "reviewer", iv.ID)
		if err != nil {
			t.Fatal(err)
		}
		if rec.Interview.Version != 1 || rec.Status != screening.Final {
			t.Errorf("another device changed the interview: version %d, %s", rec.Interview.Version, rec.Status)
		}
		b.wantStats(casework.Stats{Devices: 2, Batches: 2, Interviews: 1, Opened: 1, Quarantined: 2, Incidents: 2})
	})
}

// TestUnknownQuestionnaireIsReadLater: what nobody here can read does not count as opened, holds up nothing
// beside it, and becomes an interview when its questionnaire is known.
func TestUnknownQuestionnaireIsReadLater(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		d := b.device()
		a, good, strange := arrival(d, 1, ""), interview(1), interview(1)
		strange.ID = screening.NewInterviewID()
		unread := held(strange)
		unread.Code, unread.Content = screening.EForm, nil
		if _, err := b.Receive(t.Context(), a); err != nil {
			t.Fatal(err)
		}
		first := opened(a, held(good), unread)
		first.Level, first.Code = screening.LevelQuarantined, screening.EForm
		done, err := b.Engine.Open(t.Context(), first)
		if err != nil {
			t.Fatal(err)
		}
		if done.Receipt.Level != screening.LevelQuarantined || done.Receipt.Proof != [32]byte{} {
			t.Errorf("got %+v, want quarantined without proof: the device would purge", done.Receipt)
		}
		b.wantStats(casework.Stats{Devices: 1, Batches: 1, Interviews: 2, Opened: 1, Quarantined: 1, Incidents: 1})

		if n, err := b.Reexamine(t.Context()); err != nil || n != 1 {
			t.Fatalf("%d batches are due again (%v), want 1", n, err)
		}
		tasks, err := b.Due(t.Context(), 9, nil)
		if err != nil || len(tasks) != 1 || tasks[0].Arrival.Batch != a.Batch {
			t.Fatalf("due: %d tasks (%v), want the batch", len(tasks), err)
		}
		if done, err = b.Engine.Open(t.Context(), opened(a, held(good), held(strange))); err != nil || done.Receipt.Level != screening.LevelOpened {
			t.Fatalf("second look: %+v (%v), want opened", done.Receipt, err)
		}
		b.wantStats(casework.Stats{Devices: 1, Batches: 1, Interviews: 2, Opened: 2})
		if _, err := b.View(t.Context(), "reviewer", strange.ID); err != nil {
			t.Errorf("the interview cannot be read: %v", err)
		}
	})
}

// TestForgetByLeaf: a log that is newer than this copy of the office names batches and leaves; whose they are is erased,
// their payload is due for redaction, and nobody else is touched. Doing it again does nothing.
func TestForgetByLeaf(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		d := b.device()
		gone, stays := held(interview(1)), held(interview(1))
		gone.Leaf, stays.Leaf = [32]byte{1}, [32]byte{2}
		a := arrival(d, 1, "")
		b.take(a, gone, stays)
		for i, want := range []int{1, 0} {
			if n, err := b.Forget(t.Context(), a.Batch, [][32]byte{{1}, {9}}); err != nil || n != want {
				t.Errorf("time %d: %d people forgotten (%v), want %d", i+1, n, err, want)
			}
		}
		if n, err := b.Forget(t.Context(), screening.BatchID{7}, [][32]byte{{2}}); err != nil || n != 0 {
			t.Errorf("of a batch that is not here: %d (%v), want nobody", n, err)
		}
		b.reopen()
		rec, err := b.View(t.Context(), "reviewer", gone.Interview)
		if err != nil || rec.Status != screening.Withdrawn || len(rec.Interview.Answers) != 0 {
			t.Errorf("it can still be read (%v)", err)
		}
		if rec, err := b.View(t.Context(), "reviewer", stays.Interview); err != nil || len(rec.Interview.Answers) == 0 {
			t.Errorf("somebody else is gone too (%v)", err)
		}
		tasks, err := b.Due(t.Context(), 10, nil)
		if err != nil || len(tasks) != 1 || !reflect.DeepEqual(tasks[0].Redact, []int{0}) {
			t.Errorf("due: %d tasks (%v), want place 0 of the one batch", len(tasks), err)
		}
	})
}
