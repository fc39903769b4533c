package mutant_test

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"
)

const settings = `version: 1
muster: {listen: "127.0.0.1:0", log: error}
destinations:
  - name: ad
    type: active-directory
    url: %q
    ca_file: ca.pem
    base: DC=corp,DC=example,DC=com
    bind: CN=Administrator,CN=Users,DC=corp,DC=example,DC=com
    password: "${env:MUSTER_DEVDIR_PASSWORD}"
connections:
  - name: suite
    destination: ad
    users: {scope: "OU=Staff,DC=corp,DC=example,DC=com", policy: {leavers: disable}}
    groups: {scope: "OU=Groups,DC=corp,DC=example,DC=com", policy: {leavers: delete}}
    extensions:
      - {id: "urn:example:numbers", on: User, attributes: [{name: level, type: integer}, {name: share, type: decimal}]}
    limits: {disable: unlimited, delete: unlimited, remove_members: unlimited}
    requests: {per_second: 100000, burst: 100000}
`

// door starts Muster as an administrator does: the program, the embedded
// directory, a file, a token. It returns the URL and the token.
func door(t *testing.T) (url, token string) {
	t.Helper()
	dir := t.TempDir()
	program := muster(t)
	directory := await(t, program, dir, `ldaps://\S+`, "devdir", "--ldaps", "127.0.0.1:0", "--ca-file", "ca.pem")
	file := filepath.Join(dir, "muster.yaml")
	if err := os.WriteFile(file, fmt.Appendf(nil, settings, directory), 0o600); err != nil {
		t.Fatal(err)
	}
	create := command(program, dir, "-c", file, "token", "create", "--connection", "suite")
	made, err := create.Output()
	if err != nil {
		t.Fatalf("no token: %v", err)
	}
	return await(t, program, dir, `http://127\.0\.0\.1:\d+`, "-c", file, "serve") + "/scim/v2", strings.TrimSpace(string(made))
}

var build = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "muster-mutant-")
	if err != nil {
		return "", err
	}
	program := filepath.Join(dir, "muster")
	output, err := exec.Command("go", "build", "-o", program, "github.com/muster-idm/muster/cmd/muster").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("%w: %s", err, output)
	}
	return program, nil
})

// muster builds the program, once.
func muster(t *testing.T) string {
	t.Helper()
	program, err := build()
	if err != nil {
		t.Fatalf("muster does not build: %v", err)
	}
	return program
}

func TestMain(m *testing.M) {
	code := m.Run()
	if program, err := build(); err == nil {
		_ = os.RemoveAll(filepath.Dir(program))
	}
	os.Exit(code)
}

func command(program, dir string, args ...string) *exec.Cmd {
	c := exec.Command(program, args...)
	c.Dir = dir
	c.Env = append(os.Environ(), "MUSTER_DEVDIR_PASSWORD=Passw0rd-for-tests")
	return c
}

// await starts a program that stays, and returns what it says of itself when it
// is up. It ends with the test.
func await(t *testing.T, program, dir, pattern string, args ...string) string {
	t.Helper()
	c := command(program, dir, args...)
	output, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	c.Stderr = c.Stdout
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = c.Process.Signal(os.Interrupt)
		_ = c.Wait()
	})
	said := make(chan string, 1)
	go listen(bufio.NewScanner(output), regexp.MustCompile(pattern), said)
	select {
	case words := <-said:
		return words
	case <-time.After(time.Minute):
		t.Fatalf("muster %s does not say that it is up", strings.Join(args, " "))
		return ""
	}
}

// listen sends the first words that match, and reads the rest, so that the
// program does not wait for a reader.
func listen(lines *bufio.Scanner, pattern *regexp.Regexp, said chan<- string) {
	for lines.Scan() {
		if words := pattern.FindString(lines.Text()); words != "" {
			select {
			case said <- words:
			default:
			}
		}
	}
}
