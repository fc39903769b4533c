package conformance_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/muster-idm/muster/conformance"
)

// child makes the test binary a server of the bare library until its input ends.
const child = "CONFORMANCE_BARE_SERVER"

func TestMain(m *testing.M) {
	if os.Getenv(child) == "" {
		os.Exit(m.Run())
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	base := "http://" + listener.Addr().String()
	handler, err := bare(base, plainID)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(base)
	go func() {
		server := &http.Server{Handler: handler, ReadHeaderTimeout: time.Minute}
		log.Fatal(server.Serve(listener))
	}()
	_, _ = io.Copy(io.Discard, os.Stdin)
}

// deadly are the checks that end the process of the bare library.
var deadly = []string{"rfc7644-7.8-deep-filter", "rfc7644-7.8-deep-path"}

// The library that Muster builds on has faults that are known one by one. On a
// server of that library alone, the checks that are said to find them do.
func TestTheKnownBugsAreFoundOnTheBareLibrary(t *testing.T) {
	results := map[string]conformance.Result{}
	all := conformance.Checks()
	harmless := slices.DeleteFunc(all, func(c conformance.Check) bool { return slices.Contains(deadly, c.ID) })
	for _, r := range run(t, inProcess(t, plainID), harmless).Results {
		results[r.ID] = r
	}
	for _, id := range deadly {
		results[id] = run(t, inChild(t), only(t, id)).Results[0]
	}
	odd := run(t, inProcess(t, oddID), only(t, "rfc7644-3.4.1-location-names-id")).Results[0]
	results[odd.ID] = odd
	for bug, ids := range conformance.KnownBugs() {
		for _, id := range ids {
			if r := results[id]; r.Outcome != conformance.Fail || r.Setup {
				t.Errorf("%s: %s ended with %s %s", bug, id, r.Outcome, r.Message)
			}
		}
	}
	var failed strings.Builder
	for _, c := range conformance.Checks() {
		r := results[c.ID]
		if r.Outcome != conformance.Pass && c.In(conformance.RFC) {
			fmt.Fprintf(&failed, "%s %s\n", r.Outcome, r.ID)
		}
		if os.Getenv("CONFORMANCE_VERBOSE") != "" && r.Outcome != conformance.Pass {
			t.Logf("%s %s: %s", r.Outcome, r.ID, r.Message)
		}
	}
	want, err := os.ReadFile("testdata/bare.txt")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), failed.String()); diff != "" {
		t.Errorf("what does not pass on the bare library, want -, got +\n%s", diff)
	}
}

func run(t *testing.T, base string, checks []conformance.Check) *conformance.Report {
	t.Helper()
	target, err := conformance.Open(t.Context(), base+"/scim/v2", bareToken, nil)
	if err != nil {
		t.Fatal(err)
	}
	return conformance.Run(t.Context(), target, checks, conformance.Options{Limit: 5 * time.Minute})
}

func only(t *testing.T, ids ...string) []conformance.Check {
	t.Helper()
	checks, err := conformance.Select(nil, ids)
	if err != nil {
		t.Fatal(err)
	}
	return checks
}

// inProcess starts a server of the bare library; panics of its handlers stay
// where net/http recovers them.
func inProcess(t *testing.T, newID func() string) string {
	t.Helper()
	server := httptest.NewUnstartedServer(nil)
	handler, err := bare("http://"+server.Listener.Addr().String(), newID)
	if err != nil {
		t.Fatal(err)
	}
	server.Config.Handler = handler
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.Start()
	t.Cleanup(server.Close)
	return server.URL
}

// inChild starts such a server in a process of its own, which may die.
func inChild(t *testing.T) string {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	t.Cleanup(cancel)
	cmd := exec.CommandContext(ctx, os.Args[0])
	cmd.Env = append(os.Environ(), child+"=1")
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = in.Close()
		_ = cmd.Wait() // it died of the check, or ends with its input
	})
	return strings.TrimSpace(line)
}
