package store

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"leeward/internal/encvfs"
	"leeward/internal/killtest"
	"leeward/internal/screening"
)

// killMe names the store in which a re-executed test binary saves answers until it is killed.
const killMe = "LEEWARD_STORE_KILL_ME"

var kills = flag.Int("kills", 18, "how often a program is killed: while it saves, while it erases, while it saves and writes the store anew, in turn")

func TestMain(m *testing.M) {
	if path := os.Getenv(killMe); path != "" {
		switch os.Getenv(killMe + "_AT") {
		case "withdraw":
			withdrawUntilKilled(path)
		case "rekey":
			rekeyUntilKilled(path)
		case "faults":
			saveWhatGoes(path)
		}
		saveUntilKilled(path)
	}
	os.Exit(m.Run())
}

// saveUntilKilled begins an interview and prints the number of each answer after it was saved.
func saveUntilKilled(path string) {
	ctx := context.Background()
	s, err := Open(ctx, path, testKey, Options{})
	if err != nil {
		panic(err)
	}
	saveOn(ctx, s, func() {})
}

// saveOn begins an interview, and saves answers to it while something else goes on.
func saveOn(ctx context.Context, s *Store, beside func()) {
	iv := person()
	if err := s.Begin(ctx, iv, nil); err != nil {
		panic(err)
	}
	fmt.Println(iv.ID)
	go beside()
	for seq := uint64(1); ; seq++ {
		if err := s.SaveAnswer(ctx, iv.ID, said(seq, "/data/q1", strconv.FormatUint(seq, 10))); err != nil {
			panic(err)
		}
		fmt.Println(seq)
	}
}

func TestKillLosesNoAcknowledgedAnswer(t *testing.T) {
	path := filepath.Join(t.TempDir(), "device.lwd")
	for round := range *kills / 3 {
		lines := killtest.Lines(t, 21+round*37%500, killMe+"="+path)
		id, err := screening.ParseInterviewID(lines[0])
		ok(t, err)
		acked, err := strconv.ParseUint(lines[len(lines)-1], 10, 64)
		ok(t, err)
		hidden(t, path)

		s := openAt(t, path)
		got, err := s.Interview(t.Context(), id)
		ok(t, err)
		if n := uint64(len(got.Answers)); n < acked || n > acked+1 {
			t.Fatalf("round %d: %d answers are there, %d were acknowledged", round, n, acked)
		}
		for i, r := range got.Answers {
			if want := said(uint64(i+1), "/data/q1", strconv.Itoa(i+1)); r != want {
				t.Fatalf("round %d: answer %d is not what was saved", round, i+1)
			}
		}
		var verdict string
		ok(t, s.db.QueryRow(`PRAGMA integrity_check`).Scan(&verdict))
		if verdict != "ok" {
			t.Fatalf("round %d: integrity: %s", round, verdict)
		}
		ok(t, s.Close())
	}
}

// withdrawUntilKilled begins and withdraws interviews; it prints the id of each that was withdrawn.
func withdrawUntilKilled(path string) {
	ctx := context.Background()
	s, err := Open(ctx, path, testKey, Options{})
	if err != nil {
		panic(err)
	}
	for {
		iv := person()
		for seq := uint64(1); seq < 30; seq++ {
			iv.Answers = append(iv.Answers, said(seq, "/data/q1", iv.ID.String()))
		}
		if err := s.Begin(ctx, iv, iv.Answers); err != nil {
			panic(err)
		}
		if _, err := s.Withdraw(ctx, iv.ID, noon); err != nil {
			panic(err)
		}
		fmt.Println(iv.ID)
	}
}

func TestKillBringsNobodyBackWhoWithdrew(t *testing.T) {
	path := filepath.Join(t.TempDir(), "device.lwd")
	var gone []string
	for round := range *kills / 3 {
		gone = append(gone, killtest.Lines(t, 2+round%7, killMe+"="+path, killMe+"_AT=withdraw")...)
		hidden(t, path)

		s := openAt(t, path)
		file := decrypted(t, s)
		for _, id := range gone {
			if bytes.Contains(file, []byte(id)) {
				t.Fatalf("round %d: what somebody said who withdrew is still there", round)
			}
		}
		list, err := s.List(t.Context())
		ok(t, err)
		if len(list) == 0 && shows(file) { // at most the one who was being withdrawn is there, and whole
			t.Fatalf("round %d: traces of nobody", round)
		}
		for _, m := range list {
			ok(t, s.Erase(t.Context(), m.ID))
		}
		ok(t, s.Close())
	}
}

// killedKeys are those between which a store changes until it is killed.
var killedKeys = [2]encvfs.Key{testKey, {9, 9}}

// openKilled opens the store under whichever of the two keys is its own.
func openKilled(ctx context.Context, path string) (s *Store, at int, err error) {
	for at = range killedKeys {
		if s, err = Open(ctx, path, killedKeys[at], Options{}); !errors.Is(err, encvfs.ErrWrongKey) {
			return s, at, err
		}
	}
	return nil, 0, err
}

// rekeyUntilKilled writes the store anew under one key and the other without pause, and meanwhile saves answers: it
// prints the number of each, and a sign after each change.
func rekeyUntilKilled(path string) {
	ctx := context.Background()
	s, at, err := openKilled(ctx, path)
	if err != nil {
		panic(err)
	}
	saveOn(ctx, s, func() {
		for {
			at = 1 - at
			if err := s.Rekey(ctx, killedKeys[at], nil); err != nil {
				panic(err)
			}
			fmt.Println("changed")
		}
	})
}

// TestKillLeavesTheStoreUnderOneKey: however often and wherever the change of key is cut, the store opens under one of
// the two and holds every answer.
func TestKillLeavesTheStoreUnderOneKey(t *testing.T) {
	path := filepath.Join(t.TempDir(), "device.lwd")
	saved, changed := map[screening.InterviewID]uint64{}, 0
	for round := range *kills / 3 {
		lines := killtest.Lines(t, 12+round*37%90, killMe+"="+path, killMe+"_AT=rekey")
		id, err := screening.ParseInterviewID(lines[0])
		ok(t, err)
		saved[id] = 0
		for _, line := range lines[1:] {
			if line == "changed" {
				changed++
				continue
			}
			saved[id], err = strconv.ParseUint(line, 10, 64)
			ok(t, err)
		}
		s, _, err := openKilled(t.Context(), path)
		if err != nil {
			t.Fatalf("round %d: %v", round, err)
		}
		for id, acked := range saved {
			got, err := s.Interview(t.Context(), id)
			ok(t, err)
			if n := uint64(len(got.Answers)); n < acked || n > acked+1 {
				t.Fatalf("round %d: %d answers are there, %d were acknowledged", round, n, acked)
			}
			saved[id] = uint64(len(got.Answers))
		}
		if w := s.Warnings(); len(w) > 0 {
			t.Logf("round %d: %v", round, w)
		}
		ok(t, s.Close())
	}
	t.Logf("%d changes of key were seen to end", changed)
}
