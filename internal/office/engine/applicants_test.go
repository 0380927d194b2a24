package engine_test

import (
	"errors"
	"testing"
	"time"

	"leeward/internal/office/casework"
	"leeward/internal/screening"
)

// TestAdmissionWaitsForPeople: with a code that is not approved a device asks, and gets nothing until somebody admits the
// very request that they compared.
func TestAdmissionWaitsForPeople(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		ask := casework.Admission{
			Code: [32]byte{1}, SignKey: [32]byte{2}, TLSKey: [32]byte{3}, SealTo: "age1pq-x", App: "leeward 9", Check: [32]byte{7}, Grant: signedGrant,
		}
		want := func(what string, a casework.Admission, code screening.Code) {
			t.Helper()
			if _, grant, err := b.Admit(t.Context(), a); screening.CodeOf(err) != code || grant != nil {
				t.Errorf("%s: got %v (a grant of %d bytes), want %s", what, err, len(grant), code)
			}
		}
		expires := b.now.Add(time.Hour)
		if err := b.AddCode(t.Context(), ask.Code, expires, false); err != nil {
			t.Fatal(err)
		}
		if all, err := b.Applicants(t.Context()); err != nil || len(all) != 1 || !all[0].Asked.IsZero() || !all[0].Expires.Equal(expires) {
			t.Fatalf("before anybody asks: got %+v (%v), want the code", all, err)
		}
		if err := b.AdmitApplicant(t.Context(), "g", ask.Code, [32]byte{}); !errors.Is(err, casework.ErrChanged) {
			t.Errorf("admitting nobody: got %v, want a refusal", err)
		}
		want("the first request", ask, screening.EWait)
		want("the same once more", ask, screening.EWait)
		other := ask
		other.SignKey, other.Check = [32]byte{8}, [32]byte{6}
		want("other keys with the code of somebody who asked", other, screening.ECode)
		asked := b.now
		again := ask
		again.Check = [32]byte{5} // the device was started again
		b.now = b.now.Add(time.Minute)
		want("the same keys, another request", again, screening.EWait)
		all, err := b.Applicants(t.Context())
		if err != nil || len(all) != 1 || all[0].Check != again.Check || all[0].App != ask.App || !all[0].Asked.After(asked) || all[0].Approved {
			t.Fatalf("got %+v (%v), want the newest request", all, err)
		}
		if err := b.AdmitApplicant(t.Context(), "g", ask.Code, ask.Check); !errors.Is(err, casework.ErrChanged) {
			t.Errorf("admitting words of an earlier request: got %v, want ErrChanged", err)
		}
		b.now = b.now.Add(58 * time.Minute)
		if err := b.AdmitApplicant(t.Context(), "g", ask.Code, again.Check); err != nil {
			t.Fatal(err)
		}
		b.now = b.now.Add(2 * time.Hour) // the code is over; who was admitted still comes
		want("other keys with a code that was admitted", other, screening.ECode)
		if all, err := b.Applicants(t.Context()); err != nil || len(all) != 1 || !all[0].Approved {
			t.Errorf("got %+v (%v), want one that was admitted and has not come", all, err)
		}
		d, grant, err := b.Admit(t.Context(), again)
		if err != nil || len(grant) == 0 || d.Check != again.Check {
			t.Fatalf("admitted: got %+v and %d bytes (%v), want a grant", d, len(grant), err)
		}
		if all, err := b.Applicants(t.Context()); err != nil || len(all) != 0 {
			t.Errorf("after the grant: got %+v (%v), want nobody", all, err)
		}
		log, err := b.Audit(t.Context())
		if err != nil || len(log) == 0 || log[len(log)-1].Act != casework.ActAdmit || log[len(log)-1].Actor != "g" {
			t.Errorf("the log says %+v (%v), want who admitted", log, err)
		}
	})
}

// TestTurnedAway: a code that was taken back admits nobody, and nothing of a device that was admitted is taken back this way.
func TestTurnedAway(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		ask := casework.Admission{Code: [32]byte{1}, SignKey: [32]byte{2}, TLSKey: [32]byte{3}, SealTo: "age1pq-x", Grant: signedGrant}
		if err := b.AddCode(t.Context(), ask.Code, b.now.Add(time.Hour), false); err != nil {
			t.Fatal(err)
		}
		if _, _, err := b.Admit(t.Context(), ask); screening.CodeOf(err) != screening.EWait {
			t.Fatalf("got %v, want E_WAIT", err)
		}
		if err := b.TurnAway(t.Context(), "g", ask.Code); err != nil {
			t.Fatal(err)
		}
		if _, _, err := b.Admit(t.Context(), ask); screening.CodeOf(err) != screening.ECode {
			t.Errorf("turned away: got %v, want E_CODE", err)
		}
		for what, err := range map[string]error{
			"twice":                b.TurnAway(t.Context(), "g", ask.Code),
			"admitted after that":  b.AdmitApplicant(t.Context(), "g", ask.Code, ask.Check),
			"a code never made":    b.TurnAway(t.Context(), "g", [32]byte{9}),
			"one of a device here": b.TurnAway(t.Context(), "g", admittedCode(t, b)),
		} {
			if !errors.Is(err, casework.ErrNotFound) {
				t.Errorf("%s: got %v, want not found", what, err)
			}
		}
	})
}

func admittedCode(t *testing.T, b *bench) [32]byte {
	t.Helper()
	a := casework.Admission{Code: [32]byte{20}, SignKey: [32]byte{21}, TLSKey: [32]byte{22}, SealTo: "age1pq-x", Grant: signedGrant}
	if err := b.AddCode(t.Context(), a.Code, b.now.Add(time.Hour), true); err != nil {
		t.Fatal(err)
	}
	if _, _, err := b.Admit(t.Context(), a); err != nil {
		t.Fatal(err)
	}
	return a.Code
}
