package store

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/muster-idm/muster/bridge"
)

// errHeld says that another open file holds the lock.
var errHeld = errors.New("the lock is held")

// lockNote is what the lock file says about its holder.
type lockNote struct {
	PID     int       `json:"pid"`
	Host    string    `json:"host"`
	Command string    `json:"command"`
	Since   time.Time `json:"since"`
}

// String names the holder for people.
func (n lockNote) String() string {
	return fmt.Sprintf("process %d on %s (%s, since %s)", n.PID, n.Host, n.Command, n.Since.Format(time.RFC3339))
}

// Lock takes the working lock: whoever holds it works the queue and applies
// plans. holder is the command, for people. The lock is the operating system's,
// so that it ends with the process, however that ends. From here on the audit
// is sealed every second. The error is of kind Conflict, and names the holder,
// if somebody else has it.
func (s *Store) Lock(holder string) error {
	if err := s.takeLock(holder); err != nil {
		return err
	}
	s.startSealing()
	return nil
}

func (s *Store) takeLock(holder string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.lock != nil {
		return nil
	}
	path := s.settings.Path + ".lock"
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return bridge.Wrap(bridge.Unavailable, err, "the lock file %s cannot be opened", path)
	}
	if err := lockFile(file); err != nil {
		defer file.Close()
		if errors.Is(err, errHeld) {
			return bridge.Errorf(bridge.Conflict, "the store %s is in use by %s", s.settings.Path, readNote(file))
		}
		return bridge.Wrap(bridge.Unavailable, err, "the lock file %s cannot be locked", path)
	}
	if err := writeNote(file, holder, s.settings.Now()); err != nil {
		file.Close()
		return bridge.Wrap(bridge.Unavailable, err, "the lock file %s cannot be written", path)
	}
	s.lock = file
	return nil
}

func (s *Store) unlock() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.lock != nil {
		s.lock.Close() // the file stays: removing it would let two processes hold two files of one name
		s.lock = nil
	}
}

// working refuses what only the holder of the lock may do.
func (s *Store) working() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.lock == nil {
		return bridge.Errorf(bridge.Precondition, "changes are applied only by the process that holds the lock of the store %s", s.settings.Path)
	}
	return nil
}

func writeNote(file *os.File, holder string, now time.Time) error {
	host, err := os.Hostname()
	if err != nil {
		host = "this machine"
	}
	text, err := json.Marshal(lockNote{PID: os.Getpid(), Host: host, Command: holder, Since: now.UTC().Truncate(time.Second)})
	if err != nil {
		return err
	}
	if err := file.Truncate(0); err != nil {
		return err
	}
	_, err = file.WriteAt(append(text, '\n'), 0)
	return err
}

func readNote(file *os.File) string {
	var note lockNote
	text, err := io.ReadAll(io.LimitReader(file, 4096))
	if err != nil || json.Unmarshal(text, &note) != nil {
		return "another process" // which is just writing its name
	}
	return note.String()
}
