package encvfs

import (
	"bytes"
	"strings"
	"syscall"
	"testing"
)

// TestOneHeaderCopyIsAlwaysWhole looks before every change of the disk whether one header copy at least would be whole
// after a power cut: while syncs of the main file fail, once or again and again, and where one copy is damaged or older
// when the file is opened.
func TestOneHeaderCopyIsAlwaysWhole(t *testing.T) {
	const path = "/sim/store.db"
	whole := func(disk *sim) bool {
		main := disk.names[path]
		for i := range 2 {
			from, to := i*headerSize, (i+1)*headerSize
			if len(main.durable) < headSize || !bytes.Equal(main.now[from:to], main.durable[from:to]) {
				continue
			}
			head := make([]byte, headSize)
			copy(head[from:to], main.durable[from:to])
			if _, err := readHeaders(head, testKey); err == nil {
				return true
			}
		}
		return false
	}
	watch := func(t *testing.T, disk *sim) {
		disk.onOp = func() {
			if !whole(disk) {
				t.Error("a power cut now could damage both copies")
				disk.onOp = nil
			}
		}
	}
	for _, fails := range []int{1, 2, 3} {
		for at := range 12 {
			disk := newSim()
			if err := create(disk, path, testKey); err != nil {
				t.Fatal(err)
			}
			f, db := openSim(t, disk)
			run(t, db, "CREATE TABLE r(id INTEGER PRIMARY KEY, s TEXT); INSERT INTO r(s) VALUES('kept')")
			watch(t, disk)
			syncs := 0
			disk.fail = func(op, name string) error {
				if op != "sync" || !strings.HasSuffix(name, ".db") {
					return nil
				}
				if syncs++; syncs > at && syncs <= at+fails {
					return syscall.EIO
				}
				return nil
			}
			for range 6 {
				_, _ = db.Exec("PRAGMA wal_checkpoint(TRUNCATE)")
				_, _ = db.Exec("INSERT INTO r(s) VALUES('perhaps')")
			}
			closeFile(t, f)
			f, db = openSim(t, disk)
			want(t, db, "PRAGMA integrity_check", "ok")
			closeFile(t, f)
		}
	}
	for i := range 2 {
		for _, spoilt := range []string{"damaged", "older"} {
			disk := newSim()
			if err := create(disk, path, testKey); err != nil {
				t.Fatal(err)
			}
			main := disk.names[path]
			from, to := i*headerSize, (i+1)*headerSize
			old := bytes.Clone(main.now[from:to])
			f, _ := openSim(t, disk)
			closeFile(t, f)
			if spoilt == "damaged" {
				old = make([]byte, headerSize)
			}
			copy(main.now[from:to], old)
			copy(main.durable[from:to], old)
			watch(t, disk)
			f, _ = openSim(t, disk)
			if len(f.Warnings()) != 1 {
				t.Errorf("copy %d %s: got %v, want one warning", i, spoilt, f.Warnings())
			}
			closeFile(t, f)
		}
	}
}
