package store

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"leeward/internal/killtest"
	"leeward/internal/screening"
)

// killMe names the store in which a re-executed test binary saves answers until it is killed.
const killMe = "LEEWARD_STORE_KILL_ME"

var kills = flag.Int("kills", 12, "how often a program is killed, half of them while it saves and half while it erases")

func TestMain(m *testing.M) {
	if path := os.Getenv(killMe); path != "" {
		switch os.Getenv(killMe + "_AT") {
		case "withdraw":
			withdrawUntilKilled(path)
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
	iv := person()
	if err := s.Begin(ctx, iv, nil); err != nil {
		panic(err)
	}
	fmt.Println(iv.ID)
	for seq := uint64(1); ; seq++ {
		if err := s.SaveAnswer(ctx, iv.ID, said(seq, "/data/q1", strconv.FormatUint(seq, 10))); err != nil {
			panic(err)
		}
		fmt.Println(seq)
	}
}

func TestKillLosesNoAcknowledgedAnswer(t *testing.T) {
	path := filepath.Join(t.TempDir(), "device.lwd")
	for round := range *kills / 2 {
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
	for round := range *kills / 2 {
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
