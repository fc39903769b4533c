package main

import (
	"strings"
	"testing"
)

const output = `=== RUN   TestA
--- PASS: TestA (0.00s)
PASS
ok  	example/a	0.1s
=== RUN   TestB
=== RUN   TestB/samba
    b_test.go:3: this machine lacks Samba
--- PASS: TestB (0.00s)
    --- SKIP: TestB/samba (0.00s)
PASS
ok  	example/b	0.1s
?   	example/c	[no test files]
=== RUN   TestD
    d_test.go:4: wrong
--- FAIL: TestD (0.00s)
FAIL
FAIL	example/d	0.1s
FAIL
`

func TestOnlyAFailingPackageIsLoud(t *testing.T) {
	var out strings.Builder
	skipped := report(strings.NewReader(output), &out)
	want := `ok  	example/a	0.1s
ok  	example/b	0.1s
?   	example/c	[no test files]
=== RUN   TestD
    d_test.go:4: wrong
--- FAIL: TestD (0.00s)
FAIL
FAIL	example/d	0.1s
FAIL
`
	if out.String() != want {
		t.Errorf("got\n%s\nwant\n%s", out.String(), want)
	}
	if len(skipped) != 1 || !strings.Contains(skipped[0], "TestB/samba") {
		t.Errorf("skipped: %q", skipped)
	}
}
