package main

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"io/fs"
	"os"
	"os/signal"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	goldap "github.com/go-ldap/ldap/v3"
	"github.com/rogpeppe/go-internal/testscript"
	"modernc.org/sqlite"

	"github.com/muster-idm/muster/bridge/devdir"
	"github.com/muster-idm/muster/conformance/contract/servers"
	"github.com/muster-idm/muster/store"
)

// TestMain lets scripts run the program as a process of its own.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"muster": func() {
		ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
		code := run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
		stop()
		os.Exit(code)
	}})
}

// The commands do what their scripts in testdata/script say. Besides the verbs
// of testscript a script has
//
//	exits CODE muster ARGS...      run the program; the exit code is this one
//	keep NAME PATTERN              set NAME to what the group of the pattern matches in the last output
//	fault OP AFTER TIMES EFFECT    order a fault of the directory: cut, cutafter, hang, or a result code; OP any means all
//	mend                           end all faults
//	away, back                     the directory stops, and listens again at the same address
//	binds N                        that often somebody tried to sign in as the administrator
//	writes N                       that many writes the directory has carried out
//	directory DN NAME VALUE        somebody else writes a value
//	sql STATEMENT                  somebody else writes to the store
//	flip TEXT                      change one byte of the last such text in the file of the store
//	hold                           another process works on the store; it stops when the script ends
//	mode PATH OCTAL                the file has these permissions
//
// and muster.yaml, staff.csv and the variable BASE as they are in testdata/site,
// unless it brings its own.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{Dir: "testdata/script", Setup: setUp, RequireExplicitExec: true, Cmds: map[string]func(*testscript.TestScript, bool, []string){
		"exits": exits, "keep": keep, "fault": orderFault, "mend": mend, "away": away, "back": back, "binds": binds, "writes": writes,
		"directory": elsewhere, "sql": alter, "flip": flip, "hold": hold, "mode": mode,
	}})
}

// site is the directory of one script.
type site struct {
	directory *devdir.Directory
	server    *devdir.Server
	address   string
	ca        string
}

type siteKey struct{}

const adminPassword = "Passw0rd-for-tests"

func newSite(dir string) (*site, error) {
	d, err := devdir.New(devdir.Options{Base: "DC=corp,DC=example,DC=com", AdminPassword: adminPassword})
	if err != nil {
		return nil, err
	}
	if err := d.AddContainer("OU=Staff," + d.Base()); err != nil {
		return nil, err
	}
	s := &site{directory: d, ca: filepath.Join(dir, "ca.pem"), address: "127.0.0.1:0"}
	if err := s.listen(); err != nil {
		return nil, err
	}
	return s, os.WriteFile(s.ca, d.CertificatePEM(), 0o600)
}

func (s *site) listen() (err error) {
	if s.server, err = s.directory.Serve(context.Background(), devdir.Listen{LDAPS: s.address}); err == nil {
		s.address = s.server.LDAPS()
	}
	return err
}

// setUp starts a directory and fills in where it is.
func setUp(env *testscript.Env) error {
	s, err := newSite(env.WorkDir)
	if err != nil {
		return err
	}
	env.Defer(func() { s.server.Close() })
	env.Values[siteKey{}] = s
	env.Setenv("MUSTER_AD_PASSWORD", adminPassword)
	env.Setenv("BASE", s.directory.Base())
	env.Setenv("HOME", env.WorkDir)
	for _, name := range []string{"muster.yaml", "staff.csv"} {
		if err := provide(filepath.Join(env.WorkDir, name), filepath.Join("testdata/site", name)); err != nil {
			return err
		}
	}
	return filepath.WalkDir(env.WorkDir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(path) != ".yaml" {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		text = bytes.ReplaceAll(text, []byte("{url}"), []byte(s.server.URL()))
		return os.WriteFile(path, text, 0o600)
	})
}

func provide(path, from string) error {
	if _, err := os.Stat(path); err == nil {
		return nil
	}
	text, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	return os.WriteFile(path, text, 0o600)
}

func siteOf(ts *testscript.TestScript) *site { return ts.Value(siteKey{}).(*site) }

// want ends a script whose verb has another number of words.
func want(ts *testscript.TestScript, neg bool, args []string, n int, usage string) {
	if neg || len(args) < n {
		ts.Fatalf("usage: %s", usage)
	}
}

func exits(ts *testscript.TestScript, neg bool, args []string) {
	want(ts, neg, args, 2, "exits CODE COMMAND ARGS...")
	code := 0
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		if _, scanned := fmt.Sscanf(err.Error(), "exit status %d", &code); scanned != nil {
			ts.Fatalf("%v", err)
		}
	}
	if strconv.Itoa(code) != args[0] {
		ts.Fatalf("the exit code is %d, want %s", code, args[0])
	}
}

func keep(ts *testscript.TestScript, neg bool, args []string) {
	want(ts, neg, args, 2, "keep NAME PATTERN")
	found := regexp.MustCompile(args[1]).FindStringSubmatch(ts.ReadFile("stdout") + ts.ReadFile("stderr"))
	if len(found) < 2 {
		ts.Fatalf("%s is not in the output", args[1])
	}
	ts.Setenv(args[0], found[1])
}

func orderFault(ts *testscript.TestScript, neg bool, args []string) {
	want(ts, neg, args, 4, "fault OP AFTER TIMES EFFECT")
	after, err := strconv.Atoi(args[1])
	ts.Check(err)
	times, err := strconv.Atoi(args[2])
	ts.Check(err)
	effect := map[string]devdir.Effect{"cut": devdir.Cut(), "cutafter": devdir.CutAfter(), "hang": devdir.Hang()}
	do, named := effect[args[3]]
	if !named {
		code, err := strconv.Atoi(args[3])
		ts.Check(err)
		do = devdir.ResultCode(code, "so the script wants it")
	}
	siteOf(ts).directory.Fault(devdir.Fault{Op: strings.TrimPrefix(args[0], "any"), After: after, Times: times, Do: do})
}

func mend(ts *testscript.TestScript, _ bool, _ []string) { siteOf(ts).directory.ClearFaults() }

func away(ts *testscript.TestScript, _ bool, _ []string) { siteOf(ts).server.Close() }

func back(ts *testscript.TestScript, _ bool, _ []string) { ts.Check(siteOf(ts).listen()) }

func binds(ts *testscript.TestScript, neg bool, args []string) {
	want(ts, neg, args, 1, "binds N")
	if n := siteOf(ts).directory.Binds("Administrator@corp.example.com"); strconv.Itoa(n) != args[0] {
		ts.Fatalf("somebody signed in %d times, want %s", n, args[0])
	}
}

func writes(ts *testscript.TestScript, neg bool, args []string) {
	want(ts, neg, args, 1, "writes N")
	if log := siteOf(ts).directory.Log(); strconv.Itoa(len(log)) != args[0] {
		ts.Fatalf("the directory has carried out %d writes, want %s: %v", len(log), args[0], log)
	}
}

// elsewhere writes to the directory as an administrator would by hand.
func elsewhere(ts *testscript.TestScript, neg bool, args []string) {
	want(ts, neg, args, 3, "directory DN NAME VALUE")
	s := siteOf(ts)
	settings, err := servers.Server{CAFile: s.ca}.TLS()
	ts.Check(err)
	conn, err := goldap.DialURL(s.server.URL(), goldap.DialWithTLSConfig(settings))
	ts.Check(err)
	defer conn.Close()
	ts.Check(conn.Bind(s.directory.AdminDN(), adminPassword))
	m := goldap.NewModifyRequest(args[0], nil)
	m.Replace(args[1], args[2:])
	ts.Check(conn.Modify(m))
}

func alter(ts *testscript.TestScript, neg bool, args []string) {
	want(ts, neg, args, 1, "sql STATEMENT")
	connector, err := sqlite.NewConnector("file:" + ts.MkAbs(storePath))
	ts.Check(err)
	db := sql.OpenDB(connector)
	defer db.Close()
	_, err = db.Exec(strings.Join(args, " "))
	ts.Check(err)
}

// storePath is where the store of testdata/site/muster.yaml is.
const storePath = "muster.db"

func flip(ts *testscript.TestScript, neg bool, args []string) {
	want(ts, neg, args, 1, "flip TEXT")
	path := ts.MkAbs(storePath)
	text, err := os.ReadFile(path)
	ts.Check(err)
	at := bytes.LastIndex(text, []byte(args[0]))
	if at < 0 {
		ts.Fatalf("%q is not in the store", args[0])
	}
	text[at+len(args[0])-1] ^= 1
	ts.Check(os.WriteFile(path, text, 0o600))
}

// hold takes the lock of the store as another process does: the one of the test.
func hold(ts *testscript.TestScript, _ bool, _ []string) {
	st, err := store.Open(context.Background(), store.Settings{Path: ts.MkAbs(storePath), Now: time.Now})
	ts.Check(err)
	ts.Defer(func() { _ = st.Close() })
	ts.Check(st.Lock("muster run nightly"))
}

func mode(ts *testscript.TestScript, neg bool, args []string) {
	want(ts, neg, args, 2, "mode PATH OCTAL")
	found, err := os.Stat(ts.MkAbs(args[0]))
	ts.Check(err)
	if got := fmt.Sprintf("%04o", found.Mode().Perm()); got != args[1] {
		ts.Fatalf("%s has mode %s, want %s", args[0], got, args[1])
	}
}
