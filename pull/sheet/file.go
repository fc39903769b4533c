package sheet

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/muster-idm/muster/bridge"
	"github.com/muster-idm/muster/pull"
)

// maxSize is the most bytes a file may have after unpacking, unless set.
const maxSize = 2 << 30

// file is an open file that was found fit to be read.
type file struct {
	*os.File
	settings pull.Settings
	name     string // for people
	found    fs.FileInfo
}

func openFile(s pull.Settings, now time.Time) (*file, error) {
	f, err := os.Open(s.Path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, bridge.Wrap(bridge.NotFound, err, "%s: there is no file %s; check the path", s.Label(), s.Path)
	case errors.Is(err, fs.ErrPermission):
		return nil, bridge.Wrap(bridge.Forbidden, err, "%s: %s may not be read; give the account that runs Muster the right to read it", s.Label(), s.Path)
	case err != nil:
		return nil, bridge.Wrap(bridge.Unavailable, err, "%s: %s cannot be opened; it may be locked by another program", s.Label(), s.Path)
	}
	found, err := f.Stat()
	if err == nil {
		err = fit(s, found, now)
	} else {
		err = bridge.Wrap(bridge.Unavailable, err, "%s: %s cannot be looked at", s.Label(), s.Path)
	}
	if err != nil {
		_ = f.Close()
		return nil, err
	}
	return &file{File: f, settings: s, name: filepath.Base(s.Path), found: found}, nil
}

// fit says what is wrong with the file before its content is looked at.
func fit(s pull.Settings, found fs.FileInfo, now time.Time) error {
	age := now.Sub(found.ModTime())
	switch {
	case !found.Mode().IsRegular():
		return bridge.Errorf(bridge.Invalid, "%s: %s is no file", s.Label(), s.Path)
	case found.Size() == 0:
		return bridge.Errorf(bridge.Precondition, "%s: %s is empty; nothing is planned from it", s.Label(), s.Path)
	case s.MaxAge > 0 && age > s.MaxAge:
		return bridge.Errorf(bridge.Precondition, "%s: %s was last written %s ago (%s), at most %s is allowed; see whether its export still runs",
			s.Label(), s.Path, age.Round(time.Minute), found.ModTime().Format(time.DateTime), s.MaxAge)
	case s.Settle > 0 && age < s.Settle:
		return bridge.Errorf(bridge.Precondition, "%s: %s was written %s ago and may not be finished; it is read once it is unchanged for %s",
			s.Label(), s.Path, max(age, 0).Round(time.Second), s.Settle)
	}
	return nil
}

// unchanged fails when the file was written to while it was read.
func (f *file) unchanged() error {
	now, err := os.Stat(f.settings.Path)
	if err == nil && now.Size() == f.found.Size() && now.ModTime().Equal(f.found.ModTime()) {
		return nil
	}
	return bridge.Errorf(bridge.Precondition, "%s: %s was changed while it was read; read it again when it is finished", f.settings.Label(), f.settings.Path)
}

// limit is how many bytes may be read from the file after unpacking.
func (f *file) limit() int64 {
	if f.settings.MaxSize > 0 {
		return f.settings.MaxSize
	}
	return maxSize
}

func (f *file) errorf(kind bridge.Kind, format string, args ...any) error {
	return bridge.Errorf(kind, "%s: "+format, append([]any{f.name}, args...)...)
}
