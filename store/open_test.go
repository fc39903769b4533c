package store_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/muster-idm/muster/bridge"
	"github.com/muster-idm/muster/store"
)

func TestOnlyTheOwnerReadsTheStore(t *testing.T) {
	if runtime.GOOS == "windows" {
		return // which has no modes of this kind
	}
	folder := filepath.Join(t.TempDir(), "a", "b")
	path := filepath.Join(folder, "odd ?name#1 100%.db")
	s := open(t, path)
	if err := s.Lock("test"); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]os.FileMode{folder: 0o700, path: 0o600, path + "-wal": 0o600, path + "-shm": 0o600, path + ".lock": 0o600} {
		stat, err := os.Stat(name)
		if err != nil {
			t.Fatal(err)
		}
		if stat.Mode().Perm() != want {
			t.Errorf("%s has mode %v, wanted %v", name, stat.Mode().Perm(), want)
		}
	}
}

func TestAStoreOfANewerMusterIsRefused(t *testing.T) {
	path := ledger(t, 1)
	if err := tamper(t, path, `INSERT INTO goose_db_version (version_id, is_applied) VALUES (99999, 1)`); err != nil {
		t.Fatal(err)
	}
	_, err := store.Open(t.Context(), store.Settings{Path: path})
	if !bridge.IsKind(err, bridge.Precondition) || !strings.Contains(err.Error(), "99999") || !strings.Contains(err.Error(), "use that version") {
		t.Fatal(err)
	}
}

func TestTablesDoNotChangeUnderAProcessAtWork(t *testing.T) {
	path := ledger(t, 1)
	if err := open(t, path).Lock("muster serve"); err != nil {
		t.Fatal(err)
	}
	if err := tamper(t, path, `DELETE FROM goose_db_version WHERE version_id = (SELECT max(version_id) FROM goose_db_version)`); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	_, err := store.Open(ctx, store.Settings{Path: path})
	if !bridge.IsKind(err, bridge.Conflict) || !strings.Contains(err.Error(), "muster serve") {
		t.Fatal(err)
	}
}

func TestWhatIsNoStoreIsRefused(t *testing.T) {
	path := filepath.Join(t.TempDir(), "people.csv")
	if err := os.WriteFile(path, []byte(strings.Repeat("name,mail\n", 1000)), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := store.Open(t.Context(), store.Settings{Path: path}); !bridge.IsKind(err, bridge.Invalid) {
		t.Fatal(err)
	}
	if _, err := store.Open(t.Context(), store.Settings{}); !bridge.IsKind(err, bridge.Invalid) {
		t.Fatal(err)
	}
}

func TestManyMayMeetOnANewStore(t *testing.T) {
	path := filepath.Join(t.TempDir(), "muster.db")
	var group sync.WaitGroup
	faults := make([]error, 6)
	for i := range faults {
		group.Go(func() {
			s, err := store.Open(t.Context(), store.Settings{Path: path})
			if err == nil {
				err = s.Close()
			}
			faults[i] = err
		})
	}
	group.Wait()
	if err := errors.Join(faults...); err != nil {
		t.Fatal(err)
	}
}

const childVariable = "MUSTER_STORE_TEST_CHILD"

// TestMain lets the test program be the process that is killed.
func TestMain(m *testing.M) {
	if path := os.Getenv(childVariable); path != "" {
		fmt.Println(intendAndWait(path))
		return
	}
	os.Exit(m.Run())
}

// intendAndWait takes the lock, intends, concludes the first and waits to be killed.
func intendAndWait(path string) error {
	ctx := context.Background()
	s, err := store.Open(ctx, store.Settings{Path: path})
	if err != nil {
		return err
	}
	if err := s.Lock("muster apply"); err != nil {
		return err
	}
	intents := []bridge.Intent{benchIntent(1), benchIntent(2)}
	ids, _, err := s.Intend(ctx, intents)
	if err != nil {
		return err
	}
	intents[0].ID = ids[0]
	if err := s.Conclude(ctx, []bridge.Outcome{{Intent: intents[0], Link: intents[0].Link, Result: bridge.Result{Seq: 1, State: bridge.Done}}}); err != nil {
		return err
	}
	fmt.Println("ready")
	time.Sleep(time.Minute)
	return nil
}

func TestAKilledProcessGivesBackTheLockAndKeepsItsIntents(t *testing.T) {
	path := filepath.Join(t.TempDir(), "muster.db")
	child := exec.Command(os.Args[0])
	child.Env = append(os.Environ(), childVariable+"="+path)
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	said, err := bufio.NewReader(out).ReadString('\n')
	if said != "ready\n" {
		t.Fatal(said, err)
	}
	s := open(t, path)
	err = s.Lock("second")
	if !bridge.IsKind(err, bridge.Conflict) || !strings.Contains(err.Error(), "muster apply") || !strings.Contains(err.Error(), fmt.Sprint(child.Process.Pid)) {
		t.Fatal(err)
	}
	if err := child.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	child.Wait() //nolint:errcheck // it was killed
	if err := s.Lock("second"); err != nil {
		t.Fatal(err)
	}
	var keys []string
	for intent, err := range s.Unsettled(t.Context(), "corp") {
		if err != nil {
			t.Fatal(err)
		}
		keys = append(keys, intent.Change.Key)
	}
	if len(keys) != 1 || keys[0] != benchIntent(2).Change.Key {
		t.Fatalf("open: %v", keys)
	}
	if _, err := s.Link(t.Context(), "people", benchIntent(1).Change.Key); err != nil {
		t.Fatal(err)
	}
}
