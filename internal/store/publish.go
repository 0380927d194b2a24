package store

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"

	"leeward/internal/screening"
)

// PublishOutbox writes the sealed batches as files into dir, from where anybody can hand them in
// without the passphrase. Names are random and stay with their batch; a file appears whole or not at
// all, and only if it is missing or damaged. Files of batches that the office has opened are removed.
// It may be repeated at any time, and is after each unlock.
func (s *Store) PublishOutbox(ctx context.Context, dir string) error {
	s.publishing.Lock()
	defer s.publishing.Unlock()
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return coded(fmt.Errorf("publish outbox: %w", err))
	}
	names, err := s.published(ctx)
	if err != nil {
		return err
	}
	for _, p := range names {
		path := filepath.Join(dir, p.name)
		if p.rung == screening.RungOpened {
			if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return coded(fmt.Errorf("publish outbox: %w", err))
			}
			continue
		}
		var file []byte
		err := s.read(ctx, "publish outbox", func(ctx context.Context, tx *sql.Tx) error {
			return tx.QueryRowContext(ctx, `SELECT file FROM batch WHERE file_name = ?`, p.name).Scan(&file)
		})
		if err != nil {
			return err
		}
		if there, err := os.ReadFile(path); err == nil && bytes.Equal(there, file) {
			continue
		}
		if err := writeWhole(path, file); err != nil {
			return coded(fmt.Errorf("publish outbox: %w", err))
		}
	}
	return coded(syncDir(dir))
}

type publishedFile struct {
	name string
	rung screening.Rung
}

func (s *Store) published(ctx context.Context) (list []publishedFile, err error) {
	err = s.read(ctx, "publish outbox", func(ctx context.Context, tx *sql.Tx) (err error) {
		rows, err := tx.QueryContext(ctx, `SELECT file_name, rung FROM batch ORDER BY n`)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, rows.Close()) }()
		for rows.Next() {
			var p publishedFile
			if err := rows.Scan(&p.name, &p.rung); err != nil {
				return err
			}
			list = append(list, p)
		}
		return rows.Err()
	})
	return list, err
}

// writeWhole writes beside the final name, flushes, and renames.
func writeWhole(path string, b []byte) (err error) {
	part := path + ".part"
	f, err := os.OpenFile(part, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(b)
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Rename(part, path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(part))
	}
	return nil
}

// syncDir makes the names in dir durable. Windows has no such call and needs none.
func syncDir(dir string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
