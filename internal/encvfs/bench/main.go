// Program bench measures encvfs beside plain modernc.org/sqlite, both encrypting modes of ncruces/go-sqlite3 and,
// built with the tag sqlcipher, SQLCipher in C. It is a module of its own, so that none of them becomes a
// dependency of Leeward. Run it through ./run.
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

var (
	rounds  = flag.Int("rounds", 5, "rounds; figures are medians over them")
	rows    = flag.Int("rows", 90000, "rows of the bulk insert; 90,000 make a file of about 50 MB")
	commits = flag.Int("commits", 300, "single durable commits")
	dir     = flag.String("dir", "", "where the databases are made; a temporary folder if empty")
)

// columns of the report; every one is milliseconds but the last two, which are per unit.
var columns = []string{"bulk ms", "commit us", "20k points ms", "20 ranges ms", "open warm ms", "open cold ms", "CPU ms"}

func main() {
	flag.Parse()
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run() error {
	work, err := os.MkdirTemp(*dir, "leeward-bench-*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(work)
	figures := make([][][]float64, len(engines)) // engine, column, round
	for i := range engines {
		figures[i] = make([][]float64, len(columns))
	}
	for round := range *rounds {
		for k := range engines {
			i := (round + k) % len(engines) // nobody is always first after somebody else's writing
			got, err := measure(engines[i], filepath.Join(work, fmt.Sprintf("%d-%d.db", round, i)))
			if err != nil {
				return fmt.Errorf("%s: %w", engines[i].name, err)
			}
			for c, x := range got {
				figures[i][c] = append(figures[i][c], x)
			}
		}
		fmt.Fprintf(os.Stderr, "round %d of %d\n", round+1, *rounds)
	}
	report(figures)
	return nil
}

// measure runs all workloads on one engine with a new file.
func measure(e engine, path string) (figures []float64, err error) {
	s, err := e.open(path)
	if err != nil {
		return nil, err
	}
	syscall.Sync() // what others wrote is not paid for here
	cpu := cpuTime()
	timed := func(do func() error) {
		if err == nil {
			start := time.Now()
			err = do()
			figures = append(figures, float64(time.Since(start).Microseconds())/1000)
		}
	}
	timed(func() error { return s.bulk(*rows, 1000) })
	if err == nil {
		err = s.checkpoint()
	}
	timed(func() error { return s.commits(*commits) })
	if err == nil {
		figures[1] *= 1000 / float64(*commits)
		err = s.checkpoint()
	}
	timed(func() error { return s.points(20000, *rows) })
	timed(func() error { return s.ranges(20, 10000, *rows) })
	used := cpuTime() - cpu
	if err != nil {
		return nil, err
	}
	if err := s.close(); err != nil {
		return nil, err
	}
	for _, cold := range []bool{false, true} {
		ms, err := opening(e, path, cold)
		if err != nil {
			return nil, err
		}
		figures = append(figures, ms)
	}
	return append(figures, float64(used.Microseconds())/1000), nil
}

// opening opens the file and reads a row; cold, after the system has dropped the file from its memory.
func opening(e engine, path string, cold bool) (ms float64, err error) {
	if cold {
		if err := evict(path); err != nil {
			return 0, err
		}
	}
	start := time.Now()
	s, err := e.open(path)
	if err != nil {
		return 0, err
	}
	if err := s.first(); err != nil {
		return 0, err
	}
	ms = float64(time.Since(start).Microseconds()) / 1000
	return ms, s.close()
}

func evict(path string) error {
	for _, suffix := range []string{"", "-tags"} {
		f, err := os.OpenFile(path+suffix, os.O_RDWR, 0)
		if os.IsNotExist(err) {
			continue
		} else if err != nil {
			return err
		}
		if err := f.Sync(); err != nil {
			return err
		}
		if err := unix.Fadvise(int(f.Fd()), 0, 0, unix.FADV_DONTNEED); err != nil {
			return err
		}
		if err := f.Close(); err != nil {
			return err
		}
	}
	return nil
}

// cpuTime is what this process has used so far, in the system too.
func cpuTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		panic(err) // only a wrong argument fails
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// report prints medians, and how they compare: the median over rounds of the ratio to the first engine in the
// same round.
func report(figures [][][]float64) {
	fmt.Printf("%-18s", "engine")
	for _, c := range columns {
		fmt.Printf(" | %20s", c)
	}
	fmt.Println()
	for i, e := range engines {
		fmt.Printf("%-18s", e.name)
		for c := range columns {
			ratios := make([]float64, len(figures[i][c]))
			for r := range ratios {
				ratios[r] = figures[i][c][r] / figures[0][c][r]
			}
			fmt.Printf(" | %11.2f (x%5.2f)", median(figures[i][c]), median(ratios))
		}
		fmt.Println()
	}
}

func median(x []float64) float64 {
	x = slices.Sorted(slices.Values(x))
	return (x[(len(x)-1)/2] + x[len(x)/2]) / 2
}
