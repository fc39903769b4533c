// Command gotest runs `go test -v` with the given arguments, prints one line
// per package that passes and everything a failing package said, and keeps the
// exit code.
//
// With MUSTER_TEST_SERVERS=all every skipped test is a failure: a run that
// promises the real servers must not pass by leaving tests out.
package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
)

func main() {
	strict := os.Getenv("MUSTER_TEST_SERVERS") == "all"
	cmd := exec.Command("go", append([]string{"test", "-v"}, os.Args[1:]...)...)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "gotest:", err)
		os.Exit(1)
	}
	skipped := report(out, os.Stdout)
	err = cmd.Wait()
	if strict && len(skipped) > 0 {
		fmt.Printf("FAIL: MUSTER_TEST_SERVERS=all, but %d tests were skipped:\n%s", len(skipped), strings.Join(skipped, ""))
		os.Exit(1)
	}
	if err != nil {
		os.Exit(max(1, cmd.ProcessState.ExitCode()))
	}
}

// report copies what matters from the output of `go test -v` and returns the
// lines of skipped tests. go test prints one package after
// the other, each with its verdict at the end.
func report(in io.Reader, out io.Writer) (skipped []string) {
	lines := bufio.NewReader(in)
	var said strings.Builder
	for {
		line, err := lines.ReadString('\n')
		said.WriteString(line)
		if strings.HasPrefix(strings.TrimSpace(line), "--- SKIP") {
			skipped = append(skipped, line)
		}
		switch {
		case strings.HasPrefix(line, "ok  \t"), strings.HasPrefix(line, "?   \t"):
			_, _ = io.WriteString(out, line)
			said.Reset()
		case strings.HasPrefix(line, "FAIL\t"), strings.HasPrefix(line, "FAIL "):
			_, _ = io.WriteString(out, said.String())
			said.Reset()
		}
		if err != nil {
			_, _ = io.WriteString(out, said.String())
			return skipped
		}
	}
}
