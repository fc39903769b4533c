package main

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// The exit code is 4 if a MUST fails, and 0 if only a SHOULD does; reports are
// on standard output, without the token.
func TestTheExitCodeOfConformanceSaysWhetherAServerConforms(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "Bearer s3cret" {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		w.WriteHeader(http.StatusNotFound)
	}))
	defer server.Close()
	for _, c := range []struct {
		only, output, want string
		code               int
	}{
		{"rfc7644-3.12-unknown-id", "text", "FAIL MUST rfc7644-3.12-unknown-id", exitFailures},
		{"rfc7644-3.12-unknown-id", "junit", `<failure message=`, exitFailures},
		{"rfc7644-3.13-trailing-slash", "json", `"outcome": "fail"`, exitDone},
		{"rfc7644-2-no-token", "text", "1 passed", exitDone},
	} {
		t.Run(c.only+" "+c.output, func(t *testing.T) {
			var out, errs bytes.Buffer
			code := run(t.Context(), []string{"conformance", "--url", server.URL, "--token", "s3cret", "--only", c.only, "-o", c.output}, strings.NewReader(""), &out, &errs)
			if code != c.code || !strings.Contains(out.String(), c.want) || strings.Contains(out.String()+errs.String(), "s3cret") {
				t.Errorf("ended with %d:\n%s%s", code, out.String(), errs.String())
			}
			if c.output == "json" && !json.Valid(out.Bytes()) {
				t.Errorf("this is no JSON:\n%s", out.String())
			}
		})
	}
}
