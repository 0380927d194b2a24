package encvfs

import (
	"context"
	"errors"
	"fmt"

	sqlite3 "modernc.org/sqlite/lib"
)

// Rekey writes the database at path anew under another key and file id, and puts it in the old one's place in one
// step: whoever kept the old key, with or without an old copy of the file, opens nothing that is written from then
// on. Nobody may have the file open. told, which may be nil, hears how many of how many pages are written.
//
// A crash leaves the old file or the new one, whole; which one it is, [Open] tells by ErrWrongKey. Errors are those
// of Open, and of reading a damaged page: then the old file stands. Its bytes may live on in the medium for a while.
func Rekey(path string, old, fresh Key, told func(done, of int64)) error {
	if err := rekey(system{}, path, old, fresh, told); err != nil {
		return fmt.Errorf("change key: %w", err)
	}
	return nil
}

func rekey(sys filesystem, path string, old, fresh Key, told func(done, of int64)) error {
	if err := settleFile(sys, path, old); err != nil {
		return err
	}
	f, err := open(sys, path, old, false)
	if err != nil {
		return err
	}
	draft := f.path + draftSuffix
	err = f.rewrite(draft, fresh, told)
	f.finish() // no SQLite file is open; and Windows does not replace what is
	if err == nil {
		if err = sys.replace(draft, f.path); err != nil {
			err = f.failed("", "rename", err)
		}
	}
	if err != nil {
		return errors.Join(err, sys.remove(draft))
	}
	if err := sys.syncDir(f.path); err != nil {
		return f.failed("", "sync", err)
	}
	return nil
}

// settleFile empties the log into the main file.
func settleFile(sys filesystem, path string, key Key) error {
	f, err := open(sys, path, key, false)
	if err != nil {
		return err
	}
	db, err := f.DB()
	if err == nil {
		err = f.Cause(db.Ping())
	}
	return errors.Join(err, f.Close())
}

// rewrite writes all pages to the draft under another key. The generation goes on counting.
func (f *File) rewrite(draft string, fresh Key, told func(done, of int64)) error {
	if len(f.log.tags) > 0 {
		return f.damaged(UnitFrame, 1, ErrWALOther) // the log was emptied a moment ago
	}
	return writeNew(f.fs, draft, fresh, f.state, func(put putPage) error {
		return f.eachPage(context.Background(), put, told)
	})
}

// tellEvery is after how many pages Rekey tells of its progress.
const tellEvery = 256

// eachPage puts all pages of the main file, whose log is empty.
func (f *File) eachPage(ctx context.Context, put putPage, told func(done, of int64)) error {
	from, page := newPageFile(f), make([]byte, pageSize)
	defer clear(page)
	for n, all := int64(1), f.table.count(); n <= all; n++ {
		if err := ctx.Err(); err != nil {
			return err
		}
		if rc := from.load(page, n); rc != sqlite3.SQLITE_OK {
			f.causeMu.Lock()
			defer f.causeMu.Unlock()
			if f.damage != nil {
				return f.damage
			}
			return f.trouble
		}
		if err := put(page); err != nil {
			return err
		}
		if told != nil && (n%tellEvery == 0 || n == all) {
			told(n, all)
		}
	}
	return nil
}
