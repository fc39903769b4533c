package store

import (
	"context"
	"embed"
	"errors"
	"io/fs"
	"time"

	"github.com/pressly/goose/v3"

	"github.com/muster-idm/muster/bridge"
)

//go:embed migrations
var migrations embed.FS

const (
	migrateWait  = 15 * time.Second
	migratePause = 50 * time.Millisecond
)

// migrate brings the tables up to date. It holds the working lock meanwhile: a
// store must not change under a process that works on it.
func (s *Store) migrate(ctx context.Context) error {
	dir, err := fs.Sub(migrations, migrationsDir)
	if err != nil {
		return bridge.Wrap(bridge.Internal, err, "the migrations are not in this program")
	}
	provider, err := goose.NewProvider(dialect, s.write.DB, dir, goose.WithDisableGlobalRegistry(true))
	if err != nil {
		return bridge.Wrap(bridge.Internal, err, "the migrations cannot be read")
	}
	behind, err := s.behind(ctx, provider)
	if err != nil || !behind {
		return err
	}
	if behind, err = s.awaitLock(ctx, provider); err != nil || !behind {
		return err
	}
	defer s.unlock()
	if _, err := provider.Up(ctx); err != nil {
		return fault(err, "the tables of the store %s cannot be brought up to date; nothing was changed by the step that failed", s.settings.Path)
	}
	return nil
}

// behind says whether the tables are older than this program.
func (s *Store) behind(ctx context.Context, provider *goose.Provider) (bool, error) {
	current, target, err := provider.GetVersions(ctx)
	if err != nil {
		return false, fault(err, "%s is not a store of Muster or is damaged", s.settings.Path)
	}
	if current > target {
		return false, bridge.Errorf(bridge.Precondition,
			"the store %s was made by a newer Muster (tables %d, this one knows %d): use that version, or restore the copy made before the update",
			s.settings.Path, current, target)
	}
	return current < target, nil
}

// awaitLock takes the working lock, or waits until whoever holds it has brought
// the tables up to date: two commands may meet on a new store.
func (s *Store) awaitLock(ctx context.Context, provider *goose.Provider) (behind bool, err error) {
	ctx, cancel := context.WithTimeout(ctx, migrateWait)
	defer cancel()
	for {
		held := s.takeLock("update of the tables")
		if held != nil && !bridge.IsKind(held, bridge.Conflict) {
			return false, held
		}
		if behind, err = s.behind(ctx, provider); err != nil || !behind {
			s.unlock()
			if errors.Is(err, context.DeadlineExceeded) {
				err = held
			}
			return false, err
		}
		if held == nil {
			return true, nil
		}
		select {
		case <-ctx.Done():
			return false, bridge.Wrap(bridge.Conflict, held, "the tables of the store %s are older than this Muster, and another process works on them: stop it first", s.settings.Path)
		case <-time.After(migratePause):
		}
	}
}
