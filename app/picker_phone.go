//go:build android || ios || mobile

package main

import (
	"errors"
	"io"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/storage"

	"leeward/app/screens"
	"leeward/internal/screening"
)

// picker is the telephone's own window for files: no path leads to a stick there.
type picker struct{ window fyne.Window }

func newPicker(w fyne.Window) screens.Picker { return picker{w} }

// Open lets a person choose a file to read.
func (p picker) Open(read func(io.Reader, error)) {
	dialog.ShowFileOpen(func(r fyne.URIReadCloser, err error) {
		switch {
		case err != nil:
			read(nil, screening.Fail(screening.CodeDisk, err))
		case r != nil:
			defer r.Close()
			read(r, nil)
		}
	}, p.window)
}

// Save lets a person choose where a file goes; the system makes it, empty.
func (p picker) Save(write func(screens.Landing, error)) {
	dialog.ShowFileSave(func(w fyne.URIWriteCloser, err error) {
		switch {
		case err != nil:
			write(screens.Landing{}, screening.Fail(screening.CodeDisk, err))
		case w != nil:
			write(landing(w), nil)
		}
	}, p.window)
}

func landing(w fyne.URIWriteCloser) screens.Landing {
	written := false
	keep := func(file []byte) (string, []byte, error) {
		written = true
		_, err := w.Write(file)
		if err = errors.Join(err, w.Close()); err != nil {
			return "", nil, screening.Fail(screening.CodeDisk, err)
		}
		r, err := storage.Reader(w.URI())
		if err != nil {
			return "", nil, screening.Fail(screening.CodeDisk, err)
		}
		defer r.Close()
		read, err := io.ReadAll(io.LimitReader(r, int64(len(file))+1))
		return w.URI().Name(), read, err
	}
	return screens.Landing{Keep: keep, End: func() {
		if !written { // what the system made is needed no more; where it cannot be taken away it stays, empty
			_ = errors.Join(w.Close(), storage.Delete(w.URI()))
		}
	}}
}
