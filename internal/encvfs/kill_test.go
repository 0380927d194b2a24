package encvfs

import (
	"bufio"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// childPath makes the test binary the writer that TestKill kills.
const childPath = "LEEWARD_ENCVFS_CHILD"

var kills = flag.Int("kills", 6, "how often TestKill kills a writer")

func TestMain(m *testing.M) {
	if path := os.Getenv(childPath); path != "" {
		if err := writeUntilKilled(path); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(3)
		}
	}
	os.Exit(m.Run())
}

// writeUntilKilled writes numbered transactions of many sizes, and prints each number after its commit.
func writeUntilKilled(path string) error {
	f, err := Open(path, testKey)
	if err != nil {
		return err
	}
	db, err := f.DB()
	if err != nil {
		return err
	}
	db.SetMaxOpenConns(1)
	if _, err := db.Exec("PRAGMA cache_size = 40; PRAGMA wal_autocheckpoint = 60"); err != nil {
		return err
	}
	var g int
	if err := db.QueryRow("SELECT g FROM n").Scan(&g); err != nil {
		return err
	}
	for {
		g++
		tx, err := db.Begin()
		if err != nil {
			return err
		}
		rows := 1 + rand.IntN(40)
		if rand.IntN(8) == 0 {
			rows = 600 // spills the cache
		}
		for range rows {
			if _, err := tx.Exec("INSERT INTO t(g, rows, body) VALUES(?, ?, hex(randomblob(200)))", g, rows); err != nil {
				return f.Cause(err)
			}
		}
		for _, q := range []string{
			"UPDATE t SET body = body || 'u' WHERE id % 97 = " + strconv.Itoa(g%97),
			"DELETE FROM t WHERE g < " + strconv.Itoa(g-20),
			"UPDATE n SET g = " + strconv.Itoa(g),
		} {
			if _, err := tx.Exec(q); err != nil {
				return f.Cause(err)
			}
		}
		if err := tx.Commit(); err != nil {
			return f.Cause(err)
		}
		fmt.Println(g)
	}
}

// TestKill kills a writing process with SIGKILL at a random moment, again and again. Every transaction that it
// had acknowledged is there, none is there in part, and nothing is taken for damage.
func TestKill(t *testing.T) {
	path := filepath.Join(t.TempDir(), "store.db")
	if err := Create(path, testKey); err != nil {
		t.Fatal(err)
	}
	f, db := openFile(t, path)
	run(t, db, "CREATE TABLE t(id INTEGER PRIMARY KEY, g INT, rows INT, body TEXT); CREATE INDEX tg ON t(g)")
	run(t, db, "CREATE TABLE n(g INT); INSERT INTO n VALUES(0)")
	closeFile(t, f)
	newest, logs := 0, 0
	for range *kills {
		acked := runAndKill(t, path, 0, time.Duration(30+rand.IntN(300))*time.Millisecond)
		if st, err := os.Stat(path + walSuffix); err == nil && st.Size() > 0 {
			logs++
		}
		f, db := openFile(t, path)
		if got := text(t, db, "PRAGMA integrity_check"); got != "ok" {
			t.Fatalf("integrity after a kill: %s", got)
		}
		var found, torn int
		if err := db.QueryRow("SELECT g FROM n").Scan(&found); err != nil {
			t.Fatal(f.Cause(err))
		}
		if acked == 0 {
			acked = newest
		}
		if found != acked && found != acked+1 {
			t.Fatalf("newest transaction after a kill: got %d, want %d or %d", found, acked, acked+1)
		}
		newest = found
		err := db.QueryRow("SELECT count(*) FROM (SELECT g FROM t GROUP BY g HAVING count(*) <> max(rows))").Scan(&torn)
		if err != nil || torn > 0 {
			t.Fatalf("%d transactions are there in part, %v", torn, err)
		}
		for _, w := range f.Warnings() {
			if w.Unit != UnitHeader || !errors.Is(w.Reason, ErrStale) { // killed between the two header copies
				t.Errorf("warning after a kill: %v", w)
			}
		}
		closeFile(t, f)
	}
	t.Logf("%d kills, %d left a log, %d transactions acknowledged", *kills, logs, newest)
}

// TestOneProcess: while a process has the file, no other gets it; when it is gone, the next one does.
func TestOneProcess(t *testing.T) {
	f, db := newFile(t)
	run(t, db, "CREATE TABLE t(id INTEGER PRIMARY KEY, g INT, rows INT, body TEXT); CREATE TABLE n(g INT); INSERT INTO n VALUES(0)")
	child := exec.Command(os.Args[0])
	child.Env = append(os.Environ(), childPath+"="+f.path)
	if out, err := child.CombinedOutput(); err == nil || !strings.Contains(string(out), ErrInUse.Error()) {
		t.Errorf("a second process: got %v, %s; want it refused: %v", err, out, ErrInUse)
	}
	closeFile(t, f)
	if runAndKill(t, f.path, 1, 0) == 0 {
		t.Error("the next process did not get to write")
	}
}

// runAndKill kills the writer some time after it printed so many numbers, and returns the last one, 0 for none.
func runAndKill(t *testing.T, path string, numbers int, after time.Duration) (acked int) {
	t.Helper()
	child := exec.Command(os.Args[0])
	child.Env = append(os.Environ(), childPath+"="+path)
	child.Stderr = os.Stderr
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	done, begun := make(chan int, 1), make(chan struct{})
	go func() {
		last, left, begin := 0, numbers, sync.OnceFunc(func() { close(begun) })
		for s := bufio.NewScanner(out); s.Scan(); {
			if n, err := strconv.Atoi(s.Text()); err == nil {
				if last, left = n, left-1; left <= 0 {
					begin()
				}
			}
		}
		done <- last
		begin()
	}()
	if numbers > 0 {
		<-begun
	}
	time.Sleep(after)
	if err := child.Process.Kill(); err != nil {
		t.Error(err)
	}
	acked = <-done
	_ = child.Wait() // "signal: killed"
	return acked
}
