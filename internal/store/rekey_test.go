package store

import (
	"path/filepath"
	"testing"

	"leeward/internal/encvfs"
	"leeward/internal/screening"
)

func TestRekey(t *testing.T) {
	s, path := newStore(t)
	iv := begun(t, s, 5)
	other := encvfs.Key{9, 9}
	wantCode(t, Rekey(path, testKey, other, nil), screening.CodeInUse)
	ok(t, s.Close())
	ok(t, Rekey(path, testKey, other, nil))
	ok(t, Rekey(path, testKey, other, nil)) // as after a crash before anybody noted that it is done
	_, err := Open(t.Context(), path, testKey, Options{})
	wantCode(t, err, screening.CodeDamaged)
	hidden(t, path)
	s, err = Open(t.Context(), path, other, Options{})
	ok(t, err)
	got, err := s.Interview(t.Context(), iv.ID)
	ok(t, err)
	if len(got.Answers) != 5 || len(s.Warnings()) > 0 {
		t.Errorf("got %d answers and warnings %v, want 5 and none", len(got.Answers), s.Warnings())
	}
	ok(t, s.Close())
	ok(t, Rekey(filepath.Join(t.TempDir(), "none"), testKey, other, nil))
	wantCode(t, Rekey(path, encvfs.Key{3}, encvfs.Key{4}, nil), screening.CodeDamaged) // neither key is its
}
