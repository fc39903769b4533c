package main_test

import (
	"bufio"
	"encoding/json"
	"errors"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/muster-idm/muster/conformance/contract/servers"
)

// build returns the command as a program. The tests start OpenLDAP with it,
// which takes a tenth of a second; Samba goes the same way.
func build(t *testing.T) string {
	t.Helper()
	if _, err := exec.LookPath("slapd"); err != nil {
		servers.Absent(t, "slapd")
	}
	program := filepath.Join(t.TempDir(), "run")
	if text, err := exec.Command("go", "build", "-o", program, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	return program
}

// started starts the shell line with the servers and returns the server that
// the line printed first.
func started(t *testing.T, cmd *exec.Cmd) servers.Server {
	t.Helper()
	cmd.Env = append(os.Environ(), "TMPDIR="+t.TempDir())
	cmd.Stderr = os.Stderr
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	line = strings.TrimPrefix(strings.TrimSpace(line), "export MUSTER_TEST_OPENLDAP=")
	var s servers.Server
	if err := json.Unmarshal([]byte(strings.Trim(line, "'")), &s); err != nil {
		t.Fatalf("%v in %s", err, line)
	}
	return s
}

// gone waits until nothing listens at the server's address any more.
func gone(t *testing.T, s servers.Server) {
	t.Helper()
	u, err := url.Parse(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	for end := time.Now().Add(15 * time.Second); time.Now().Before(end); {
		conn, err := net.Dial("tcp", u.Host)
		if errors.Is(err, syscall.ECONNREFUSED) {
			return
		}
		if err == nil {
			_ = conn.Close()
		}
	}
	t.Errorf("%s still listens", u.Host)
}

const showAndWait = `echo "$MUSTER_TEST_OPENLDAP"; exec sleep 600`

func TestTheExitCodeIsTheCommands(t *testing.T) {
	program := build(t)
	for line, want := range map[string]int{"exit 0": 0, "exit 7": 7, "kill -9 $$": 137} {
		cmd := exec.Command(program, "-servers=openldap", "--", "sh", "-c", line)
		_ = cmd.Run()
		if got := cmd.ProcessState.ExitCode(); got != want {
			t.Errorf("%s: code %d, want %d", line, got, want)
		}
	}
}

func TestTheServersEndWhenRunIsKilled(t *testing.T) {
	for _, sig := range []syscall.Signal{syscall.SIGKILL, syscall.SIGTERM, syscall.SIGINT, syscall.SIGHUP} {
		t.Run(sig.String(), func(t *testing.T) {
			cmd := exec.Command(build(t), "-servers=openldap", "--", "sh", "-c", showAndWait)
			s := started(t, cmd)
			if err := cmd.Process.Signal(sig); err != nil {
				t.Fatal(err)
			}
			gone(t, s)
			_ = cmd.Wait()
		})
	}
}

func TestTheServersEndWithTheParent(t *testing.T) {
	cmd := exec.Command("sh", "-c", build(t)+` -servers=openldap; :`)
	s := started(t, cmd)
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	gone(t, s)
	_ = cmd.Wait()
}

func TestAnUnknownServerIsRefused(t *testing.T) {
	text, err := exec.Command(build(t), "-servers=fedora", "--", "true").CombinedOutput()
	if err == nil || !strings.Contains(string(text), `server "fedora": it must be samba or openldap`) {
		t.Errorf("%v: %s", err, text)
	}
}
