package store

import (
	"context"
	"crypto/rand"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/muster-idm/muster/bridge"
)

var (
	_ bridge.Memory  = (*Store)(nil)
	_ bridge.Journal = (*Store)(nil)
	_ bridge.Ledger  = (*Store)(nil)
)

const (
	readers  = 4
	planLife = 7 * 24 * time.Hour
)

// Settings say where the store is and how it behaves.
type Settings struct {
	Path     string           // of the SQLite file; it and its folder are made when missing
	PlanLife time.Duration    // how long after it was saved a plan may be applied; 0 = 7 days
	Now      func() time.Time // nil = time.Now
	Log      *slog.Logger     // for faults of the sealing beside the work; nil = none
}

// Store is an open store. Its methods may be called from many goroutines.
type Store struct {
	settings Settings
	token    string // of this opening; runs carry it, so that those of a dead process are known
	write    *sqlx.DB
	read     *sqlx.DB
	commits  *commits
	trails   trails
	scans    chan struct{}

	mu       sync.Mutex // guards what follows
	closed   bool
	lock     *os.File // nil while another process may work
	sealing  *sealing
	prepared map[string]*sqlx.Stmt // for reading
	afloat   map[int64]bool        // intents of pushes that this process is just sending
}

// Open opens the store and brings its tables up to date. The error is of kind
// Precondition if a newer Muster made the tables, Conflict if they are too old
// and another process works on them, Invalid if the path is no store, and
// Unavailable if the disk refuses.
func Open(ctx context.Context, settings Settings) (*Store, error) {
	if settings.Now == nil {
		settings.Now = time.Now
	}
	if settings.PlanLife == 0 {
		settings.PlanLife = planLife
	}
	if settings.Log == nil {
		settings.Log = slog.New(slog.DiscardHandler)
	}
	path, err := createFile(settings.Path)
	if err != nil {
		return nil, err
	}
	settings.Path = path
	s := &Store{settings: settings, token: rand.Text(), afloat: map[int64]bool{}, prepared: map[string]*sqlx.Stmt{}}
	s.scans = make(chan struct{}, scans)
	s.trails = trails{now: settings.Now, of: map[trailKey]*trail{}}
	if err := s.connect(ctx); err != nil {
		return nil, err
	}
	if err := s.migrate(ctx); err != nil {
		s.disconnect()
		return nil, err
	}
	return s, nil
}

// createFile makes the file and its folder, readable by their owner only, and
// returns where the file really is.
func createFile(path string) (string, error) {
	if path == "" {
		return "", bridge.Errorf(bridge.Invalid, "the store has no path")
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return "", bridge.Wrap(bridge.Unavailable, err, "the folder of the store %s cannot be made", path)
	}
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return "", bridge.Wrap(bridge.Unavailable, err, "the store %s cannot be opened for writing", path)
	}
	if err := file.Close(); err != nil {
		return "", bridge.Wrap(bridge.Unavailable, err, "the store %s cannot be written", path)
	}
	place, err := filepath.EvalSymlinks(path) // one lock file, whatever the store is called
	if err == nil {
		place, err = filepath.Abs(place)
	}
	if err != nil {
		return "", bridge.Wrap(bridge.Unavailable, err, "the path of the store %s cannot be followed", path)
	}
	return place, nil
}

func (s *Store) connect(ctx context.Context) error {
	write, err := openHandle(s.settings.Path, true)
	if err != nil {
		return err
	}
	write.SetMaxOpenConns(1)
	write.SetMaxIdleConns(1)
	read, err := openHandle(s.settings.Path, false)
	if err != nil {
		write.Close()
		return err
	}
	read.SetMaxOpenConns(readers)
	read.SetMaxIdleConns(readers)
	s.write, s.read, s.commits = write, read, newCommits(write)
	if err := write.PingContext(ctx); err != nil {
		s.disconnect()
		return fault(err, "the store %s cannot be opened", s.settings.Path)
	}
	return nil
}

func (s *Store) disconnect() {
	s.read.Close()
	s.write.Close()
}

// Close seals the audit, closes the store and gives the working lock back.
// Closing twice does nothing.
func (s *Store) Close() error {
	s.mu.Lock()
	again := s.closed
	s.closed = true
	s.mu.Unlock()
	if again {
		return nil
	}
	s.stopSealing()
	err := s.Seal(context.Background())
	s.commits.close()
	s.disconnect()
	s.unlock()
	return err
}
