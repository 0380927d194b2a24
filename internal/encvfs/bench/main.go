// Program bench measures encvfs beside plain modernc.org/sqlite, both encrypting modes of ncruces/go-sqlite3 and,
// built with the tag sqlcipher, SQLCipher in C. It is a module of its own, so that none of them becomes a
// dependency of Leeward. Run it through ./run.
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

var (
	rounds  = flag.Int("rounds", 5, "rounds; figures are medians over them")
	rows    = flag.Int("rows", 90000, "rows of the bulk insert; 90,000 make a file of about 50 MB")
	commits = flag.Int("commits", 300, "single durable commits")
	only    = flag.String("only", "", "engines to measure beside the first, as a regular expression; all if empty")
	inCPU   = flag.Bool("cpu", false, "give the four workloads in time of the processor, user and system, which a busy machine spoils less")
	dir     = flag.String("dir", "", "where the databases are made; a temporary folder if empty")
)

// columns of the report. CPU is of the four workloads before it, without the openings.
var columns = []string{"bulk ms", "commit us", "20k points ms", "20 ranges ms", "open warm ms", "open cold ms", "CPU ms"}

func main() {
	flag.Parse()
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run() error {
	chosen, err := regexp.Compile(*only)
	if err != nil {
		return err
	}
	engines = slices.DeleteFunc(engines, func(e engine) bool { return e.name != engines[0].name && !chosen.MatchString(e.name) })
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
		got, err := measure(filepath.Join(work, fmt.Sprint(round)), round)
		if err != nil {
			return err
		}
		for i := range got {
			for c, x := range got[i] {
				figures[i][c] = append(figures[i][c], x)
			}
		}
		fmt.Fprintf(os.Stderr, "round %d of %d\n", round+1, *rounds)
	}
	report(figures)
	return nil
}

// slices of a workload that the engines do in turn, so that what else the machine does meets all of them alike.
const turns = 10

// measure is one round: new files, all workloads. It returns figures by engine and column.
func measure(dir string, round int) (figures [][]float64, err error) {
	if err := os.Mkdir(dir, 0o700); err != nil {
		return nil, err
	}
	figures = make([][]float64, len(engines))
	open := make([]session, len(engines))
	path := func(i int) string { return filepath.Join(dir, fmt.Sprintf("%d.db", i)) }
	for k := range engines {
		i := (round + k) % len(engines) // nor has anybody always the memory that a fresh process gives first
		figures[i] = make([]float64, len(columns))
		if open[i], err = engines[i].open(path(i)); err != nil {
			return nil, fmt.Errorf("%s: %w", engines[i].name, err)
		}
	}
	cpu := len(columns) - 1
	for column, do := range []func(s session, turn int) error{
		func(s session, turn int) error { return s.bulk(turn**rows/turns, *rows/turns, 1000) },
		func(s session, _ int) error { return s.commits(*commits / turns) },
		func(s session, turn int) error { return s.points(turn*20000/turns, 20000/turns, *rows) },
		func(s session, turn int) error { return s.ranges(turn*20/turns, 20/turns, 10000, *rows) },
	} {
		for _, s := range open {
			if err := s.checkpoint(); err != nil {
				return nil, err
			}
		}
		syscall.Sync()
		for turn := range turns {
			for k := range engines {
				i := (round + turn + k) % len(engines) // nobody is always the one after the same other
				used, start := cpuTime(), time.Now()
				if err := do(open[i], turn); err != nil {
					return nil, fmt.Errorf("%s: %w", engines[i].name, err)
				}
				took := time.Since(start)
				used = cpuTime() - used
				if *inCPU {
					took = used
				}
				figures[i][column] += ms(took)
				figures[i][cpu] += ms(used)
			}
		}
	}
	for i, e := range engines {
		figures[i][1] *= 1000 / float64(*commits)
		if err := open[i].close(); err != nil {
			return nil, fmt.Errorf("%s: %w", e.name, err)
		}
	}
	for cold := range 2 {
		for range turns {
			for i, e := range engines {
				took, err := opening(e, path(i), cold == 1)
				if err != nil {
					return nil, fmt.Errorf("%s: %w", e.name, err)
				}
				figures[i][4+cold] += took / turns
			}
		}
	}
	return figures, os.RemoveAll(dir)
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// opening opens the file and reads a row; cold, after the system has dropped the file from its memory.
func opening(e engine, path string, cold bool) (took float64, err error) {
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
	took = ms(time.Since(start))
	return took, s.close()
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
