package pgtest

import (
	"bytes"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// tick is the unit of processor time in /proc (sysconf(_SC_CLK_TCK), 100 on every Linux that Go runs on).
const tick = 10 * time.Millisecond

// Worked is how long processors worked for the cluster since it was started; 0 where that cannot be told.
func (s *Server) Worked() (total time.Duration) {
	file, err := os.ReadFile(filepath.Join(s.data(), "postmaster.pid"))
	if err != nil {
		return 0
	}
	master, _, _ := strings.Cut(string(file), "\n")
	all, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		return 0
	}
	for _, path := range all {
		stat, err := os.ReadFile(path) // proc(5): pid (name) state ppid … utime 14, stime 15, cutime 16, cstime 17
		if err != nil {
			continue
		}
		pid, _, _ := strings.Cut(strings.TrimPrefix(path, "/proc/"), "/")
		fields := strings.Fields(string(stat[bytes.LastIndexByte(stat, ')')+1:]))
		if len(fields) < 15 || pid != master && fields[1] != master {
			continue
		}
		for _, f := range fields[11:15] {
			n, _ := strconv.ParseInt(f, 10, 64)
			total += time.Duration(n) * tick
		}
	}
	return total
}
