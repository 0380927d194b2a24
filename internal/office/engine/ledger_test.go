package engine_test

import (
	"bytes"
	"errors"
	"reflect"
	"testing"
	"time"

	"leeward/internal/office/casework"
	"leeward/internal/screening"
)

func TestReceiveRecordsOnce(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		d := b.device()
		a := arrival(d, 1, "")
		first, err := b.Receive(t.Context(), a)
		if err != nil {
			t.Fatal(err)
		}
		want := screening.Receipt{Batch: a.Batch, Level: screening.LevelStored, Next: 2, Entry: 1} // after the grant
		if first.Receipt != want || first.Duplicate {
			t.Fatalf("first: got %+v, want %+v", first, want)
		}
		b.reopen()
		again, err := b.Receive(t.Context(), a)
		if err != nil {
			t.Fatal(err)
		}
		if !again.Duplicate || again.Receipt != want {
			t.Errorf("again: got %+v, want the same receipt, marked as duplicate", again)
		}
		b.wantStats(casework.Stats{Devices: 1, Batches: 1})
	})
}

func TestForkKeepsBothHeaders(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		d := b.device()
		mine, rival := arrival(d, 1, ""), arrival(d, 1, "other")
		b.take(mine)
		for range 2 { // showing itself twice is one incident
			got, err := b.Receive(t.Context(), rival)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(got.Rival, mine.Header) {
				t.Fatalf("rival header: got %q, want %q", got.Rival, mine.Header)
			}
		}
		var header []byte
		if err := b.Raw().QueryRow(`SELECT header FROM incidents WHERE kind = 'E_FORK'`).Scan(&header); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(header, rival.Header) {
			t.Errorf("kept header: got %q, want %q", header, rival.Header)
		}
		b.wantStats(casework.Stats{Devices: 1, Batches: 1, Incidents: 1})
	})
}

func TestReceiptsFollowTheState(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		d := b.device()
		third, err := b.Receive(t.Context(), arrival(d, 3, "")) // a stick overtakes the network
		if err != nil {
			t.Fatal(err)
		}
		if third.Receipt.Next != 1 {
			t.Errorf("next after 3 alone: got %d, want 1", third.Receipt.Next)
		}
		one, iv := arrival(d, 1, ""), interview(1)
		done := b.take(one, held(iv))
		o := opened(one)
		if done.Receipt.Level != screening.LevelOpened || done.Receipt.Proof != o.Proof || done.Receipt.Next != 2 {
			t.Errorf("opened: got %+v, want level opened with its proof and next 2", done.Receipt)
		}
		b.take(arrival(d, 2, ""))
		b.reopen()
		account, err := b.Greet(t.Context(), casework.Hello{Device: d.ID, Epoch: 1, Seq: 3, Pending: []screening.BatchID{one.Batch, {9}}})
		if err != nil {
			t.Fatal(err)
		}
		if account.Next != 4 || len(account.Receipts) != 1 || account.Receipts[0].Proof != o.Proof {
			t.Errorf("account: got %+v, want next 4 and one receipt with its proof", account)
		}
	})
}

func TestGreetAnswersOwnersOnly(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		mine, other := b.device(), b.device()
		a := arrival(mine, 1, "")
		b.take(a)
		account, err := b.Greet(t.Context(), casework.Hello{Device: other.ID, Epoch: 1, Pending: []screening.BatchID{a.Batch}})
		if err != nil {
			t.Fatal(err)
		}
		if len(account.Receipts) != 0 {
			t.Errorf("another device got %d receipts, want none", len(account.Receipts))
		}
		_, err = b.Greet(t.Context(), casework.Hello{Device: screening.DeviceID{1}, Epoch: 1})
		if screening.CodeOf(err) != screening.ESig {
			t.Errorf("unknown device: got %v, want E_SIG", err)
		}
	})
}

func TestViewGivesBackWhatArrived(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		a, iv := arrival(b.device(), 1, ""), interview(1)
		b.take(a, held(iv))
		b.reopen()
		rec, err := b.View(t.Context(), "reviewer", iv.ID)
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(rec.Interview, iv) {
			t.Error("the interview is not what arrived")
		}
		want := held(iv)
		if !reflect.DeepEqual(rec.Needs, want.Needs) || !reflect.DeepEqual(rec.Flags, want.Flags) || !reflect.DeepEqual(rec.Signs, want.Signs) {
			t.Error("needs, flags or signs are not what was concluded")
		}
		if rec.Batch != a.Batch || rec.Versions != 1 || rec.Level() != casework.Red {
			t.Errorf("got batch %s, %d versions, level %q", rec.Batch.Short(), rec.Versions, rec.Level())
		}
		b.noMarker()
	})
}

func TestVersions(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		d := b.device()
		iv := interview(2)
		older, newer := iv, iv
		older.Version, newer.Version = 1, 3
		newer.Code = "ZZZZ-ZZZZ"
		b.take(arrival(d, 1, ""), held(iv))
		b.take(arrival(d, 2, ""), held(older))
		b.take(arrival(d, 3, ""), held(newer))
		rec, err := b.View(t.Context(), "reviewer", iv.ID)
		if err != nil {
			t.Fatal(err)
		}
		if rec.Interview.Version != 3 || rec.Code != "ZZZZ-ZZZZ" || rec.Versions != 3 {
			t.Errorf("got version %d, code %s, %d versions; want 3, ZZZZ-ZZZZ, 3", rec.Interview.Version, rec.Code, rec.Versions)
		}
		b.wantStats(casework.Stats{Devices: 1, Batches: 3, Interviews: 1, Opened: 1})
	})
}

func TestHeldArrivalIsNotDue(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		a := arrival(b.device(), 1, "")
		a.Hold = screening.ERevoked
		got, err := b.Receive(t.Context(), a)
		if err != nil {
			t.Fatal(err)
		}
		if got.Receipt.Level != screening.LevelQuarantined || got.Receipt.Code != screening.ERevoked {
			t.Errorf("got %+v, want quarantined with E_REVOKED", got.Receipt)
		}
		if tasks, err := b.Due(t.Context(), 10, nil); err != nil || len(tasks) != 0 {
			t.Errorf("due: got %d (%v), want none", len(tasks), err)
		}
	})
}

func TestDueIsOldestFirstAndSkips(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		d := b.device()
		var ids []screening.BatchID
		for seq := range uint64(3) {
			a := arrival(d, seq+1, "")
			if _, err := b.Receive(t.Context(), a); err != nil {
				t.Fatal(err)
			}
			ids = append(ids, a.Batch)
			b.now = b.now.Add(time.Second)
		}
		tasks, err := b.Due(t.Context(), 1, ids[:1])
		if err != nil || len(tasks) != 1 || tasks[0].Arrival.Batch != ids[1] || tasks[0].Redact != nil {
			t.Fatalf("got %d tasks (%v), want the second batch", len(tasks), err)
		}
		want := arrival(d, 2, "")
		want.Received, want.Entry, want.HoldEntry = tasks[0].Arrival.Received, nil, nil
		if !reflect.DeepEqual(tasks[0].Arrival, want) {
			t.Error("the arrival is not given back as it came")
		}
	})
}

func TestAdmit(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		d := b.device()
		got, err := b.DeviceOf(t.Context(), d.TLSKey)
		if err != nil || got != d || !got.Current {
			t.Fatalf("by key: got %+v (%v), want the device", got, err)
		}
		ask := casework.Admission{Code: [32]byte{1}, SignKey: [32]byte{2}, TLSKey: [32]byte{3}, SealTo: "age1pq-x", Grant: signedGrant}
		refused := func(name string, a casework.Admission) {
			t.Helper()
			if _, _, err := b.Admit(t.Context(), a); screening.CodeOf(err) != screening.ECode {
				t.Errorf("%s: got %v, want E_CODE", name, err)
			}
		}
		refused("unknown code", ask)
		if err := b.AddCode(t.Context(), ask.Code, b.now.Add(time.Hour), true); err != nil {
			t.Fatal(err)
		}
		stolen := ask
		stolen.TLSKey = d.TLSKey
		refused("key of another device", stolen)
		b.now = b.now.Add(time.Hour)
		refused("expired code", ask)
		b.now = b.now.Add(-time.Minute)
		first, grant, err := b.Admit(t.Context(), ask)
		if err != nil {
			t.Fatal(err)
		}
		if again, same, err := b.Admit(t.Context(), ask); err != nil || again != first || len(grant) == 0 || !bytes.Equal(same, grant) {
			t.Errorf("the same request again: got %+v (%v), want the same grant", again, err)
		}
		other := ask
		other.SignKey = [32]byte{8}
		refused("used code with other keys", other)
		if _, err := b.Device(t.Context(), first.ID, 2); screening.CodeOf(err) != screening.ESig {
			t.Errorf("epoch never granted: got %v, want E_SIG", err)
		}
	})
}

func TestUnknownInterview(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		if _, err := b.View(t.Context(), "reviewer", screening.NewInterviewID()); !errors.Is(err, casework.ErrNotFound) {
			t.Errorf("got %v, want not found", err)
		}
		if log, err := b.Audit(t.Context()); err != nil || len(log) != 0 {
			t.Errorf("a look at nothing left %d lines (%v)", len(log), err)
		}
	})
}

// A device that greets from before a batch that is here was put back; what comes by stick may be older news.
func TestADeviceThatWasPutBackIsNoticed(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		d := b.device()
		for seq := uint64(1); seq <= 3; seq++ {
			b.take(arrival(d, seq, ""))
		}
		for _, c := range []struct {
			hello casework.Hello
			want  int
		}{
			{casework.Hello{Device: d.ID, Epoch: 1, Seq: 3, Direct: true}, 0},
			{casework.Hello{Device: d.ID, Epoch: 1, Seq: 1}, 0},
			{casework.Hello{Device: d.ID, Epoch: 1, Seq: 2, Direct: true}, 1},
			{casework.Hello{Device: d.ID, Epoch: 1, Seq: 1, Direct: true}, 1}, // the same incident
		} {
			if _, err := b.Greet(t.Context(), c.hello); err != nil {
				t.Fatal(err)
			}
			all, err := b.Incidents(t.Context(), 10)
			if err != nil || len(all) != c.want || c.want == 1 && all[0].Kind != string(screening.EBehind) {
				t.Errorf("greeting at %d: got %v, %v; want %d", c.hello.Seq, all, err, c.want)
			}
		}
	})
}

// A device tells how often its store was opened, and under which id. Less than before, or the same under another id, is a
// store that was put back or copied, though no batch shows it.
func TestAStoreThatWasPutBackIsNoticed(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		d := b.device()
		head := func(seq uint64) screening.BatchID { return screening.BatchID{byte(seq), 0xbb} }
		for _, c := range []struct {
			what   string
			seq, n uint64
			open   byte
			direct bool
			want   int
		}{
			{"the first time", 1, 4, 4, true, 0},
			{"the same opening", 2, 4, 4, true, 0},
			{"opened again", 2, 9, 9, true, 0},
			{"by stick, said before", 1, 4, 4, false, 0},
			{"by stick, the newest", 2, 9, 9, false, 0},
			{"an older store", 2, 7, 77, true, 1},
			{"the older store goes on", 2, 8, 78, true, 1},
			{"the other one is back", 2, 10, 10, true, 1},
			{"opened as often, under another id", 3, 10, 79, true, 2},
			{"by stick, as often, under another id", 4, 10, 10, false, 3},
			{"by stick, an older store that packed a batch since", 5, 8, 80, false, 4},
			{"nothing is said of it", 6, 0, 0, true, 4},
		} {
			_, err := b.Greet(t.Context(), casework.Hello{
				Device: d.ID, Epoch: 1, Seq: c.seq, Head: head(c.seq), Direct: c.direct, Store: casework.Generation{N: c.n, Open: [16]byte{c.open}},
			})
			if err != nil {
				t.Fatal(err)
			}
			all, err := b.Incidents(t.Context(), 10)
			if err != nil || len(all) != c.want || c.want > 0 && (all[0].Kind != string(screening.EBehind) || all[0].Device != d.ID) {
				t.Fatalf("%s: got %v, %v; want %d incidents", c.what, all, err, c.want)
			}
		}
	})
}
