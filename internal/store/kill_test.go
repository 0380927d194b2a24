package store

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"

	"leeward/internal/screening"
)

// killMe names the store in which a re-executed test binary saves answers until it is killed.
const killMe = "LEEWARD_STORE_KILL_ME"

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
	for round := range 6 {
		cmd := exec.Command(os.Args[0], "-test.run=^$")
		cmd.Env = append(os.Environ(), killMe+"="+path)
		out, err := cmd.StdoutPipe()
		ok(t, err)
		ok(t, cmd.Start())
		lines := bufio.NewScanner(out)
		lines.Scan()
		id, err := screening.ParseInterviewID(lines.Text())
		ok(t, err)
		var acked uint64
		for lines.Scan() {
			n, err := strconv.ParseUint(lines.Text(), 10, 64)
			if err != nil {
				break // the kill cut the line
			}
			if acked = n; acked == uint64(20+round*37) {
				ok(t, cmd.Process.Kill())
			}
		}
		_ = cmd.Wait()
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
	for round := range 6 {
		cmd := exec.Command(os.Args[0], "-test.run=^$")
		cmd.Env = append(os.Environ(), killMe+"="+path, killMe+"_AT=withdraw")
		out, err := cmd.StdoutPipe()
		ok(t, err)
		ok(t, cmd.Start())
		lines := bufio.NewScanner(out)
		for n := 0; lines.Scan(); {
			if _, err := screening.ParseInterviewID(lines.Text()); err != nil {
				break // the kill cut the line
			}
			gone = append(gone, lines.Text())
			if n++; n == 2+round {
				ok(t, cmd.Process.Kill())
			}
		}
		_ = cmd.Wait()
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
