package main

import (
	"bytes"
	"encoding/csv"
	"maps"
	"os"
	"strings"
	"testing"
	"time"

	goldap "github.com/go-ldap/ldap/v3"

	"github.com/muster-idm/muster/conformance/contract/servers"
)

// Two thousand employees, and mailboxes, contacts and groups at fifty each, go
// from their sources into Active Directory. Plain LDAP then finds each of them
// as the sources mean them, every password opens its account, and there is
// nothing left to do. What is then changed behind the jobs' back is mended.
func TestTheDirectoryBecomesWhatTheSourcesSay(t *testing.T) {
	c := newCensus(t, servers.Samba(t))
	jobs := []string{"staff", "partners", "mailboxes", "teams", "clubs"}
	for _, job := range jobs {
		c.command(exitDone, "run", job, "--passwords-to", c.path(job+".passwords"))
	}
	f := c.read()
	c.compare(f)
	c.signIn(f, "staff", censusEmployees)
	c.signIn(f, "mailboxes", censusMailboxes)
	before := c.read().numbers
	for _, job := range jobs {
		c.nothingToDo(job)
		c.command(exitDone, "run", job)
	}
	if after := c.read().numbers; !maps.Equal(before, after) {
		t.Error("runs that had nothing to do wrote something")
	}
	c.spoil(f)
	for _, job := range jobs {
		c.command(exitChanges, "preview", job)
		c.command(exitDone, "run", job)
		c.nothingToDo(job)
	}
	c.compare(c.read())
}

func (c *census) nothingToDo(job string) {
	c.t.Helper()
	if out := c.command(exitDone, "preview", job); !strings.Contains(out, "No differences") {
		c.t.Errorf("the preview of %s says\n%s", job, out)
	}
}

// command runs the program and returns what it printed.
func (c *census) command(code int, words ...string) string {
	c.t.Helper()
	began := time.Now()
	var out, errs bytes.Buffer
	if got := run(c.t.Context(), append([]string{"-c", c.path("muster.yaml")}, words...), strings.NewReader(""), &out, &errs); got != code {
		c.t.Fatalf("muster %s ended with %d, wanted is %d\n%s\n%s", strings.Join(words, " "), got, code, out.String(), errs.String())
	}
	c.t.Logf("muster %s took %s", strings.Join(words[:2], " "), time.Since(began).Round(time.Millisecond))
	return out.String()
}

// signIn tries a sample of the passwords that were handed out. The right one of
// an account whose password must be changed is answered with 773, of a disabled
// one with 533, and a wrong one with 52e (MS-ERREF 2.2).
func (c *census) signIn(f found, job string, count int) {
	c.t.Helper()
	file, err := os.Open(c.path(job + ".passwords"))
	if err != nil {
		c.t.Fatal(err)
	}
	defer file.Close()
	lines, err := csv.NewReader(file).ReadAll()
	if err != nil || len(lines) != count+1 {
		c.t.Fatalf("%d lines of passwords for %d accounts, %v", len(lines), count, err)
	}
	for n, line := range lines[1:] {
		e := f.people[line[0]]
		if e == nil || e.DN != line[1] {
			c.t.Errorf("the password of %s is handed out for %s", line[0], line[1])
			continue
		}
		disabled := e.GetAttributeValue("userAccountControl") == "514"
		if n%97 != 0 && !disabled {
			continue
		}
		c.answers(e, line[3], map[bool]string{false: "773", true: "533"}[disabled])
		if n%970 == 0 {
			c.answers(e, line[3]+"x", "52e")
		}
	}
}

// answers says that the directory answers a sign-in with a code of Windows.
func (c *census) answers(e *goldap.Entry, password, code string) {
	c.t.Helper()
	trust, err := c.server.TLS()
	if err != nil {
		c.t.Fatal(err)
	}
	conn, err := goldap.DialURL(c.server.URL, goldap.DialWithTLSConfig(trust))
	if err != nil {
		c.t.Fatal(err)
	}
	defer conn.Close()
	err = conn.Bind(e.GetAttributeValue("userPrincipalName"), password)
	if err == nil || !strings.Contains(err.Error(), "data "+code) {
		c.t.Errorf("%s signs in with %v, wanted is %s", e.DN, err, code)
	}
}
