package mutant

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strconv"
)

// Mutation is one fault of a server.
type Mutation struct {
	Check  string   // the check that must fail
	Scoped bool     // the server has the fault only for that check; else for everybody
	Breaks []string // other checks that rest on the altered behaviour and may fail as well

	// Which exchanges are altered. Each is a regular expression; "" is any.
	Method string // the whole method
	Path   string // in the path below the base with its query, unescaped: "/Users/x?count=1"
	Sent   string // in the body sent
	Status string // the whole status of the answer

	// From leaves the first matching exchanges with each URL alone.
	From int

	Ask    []Edit // done to the request before it reaches the server
	Answer []Edit // done to the answer before it reaches the client
}

// Alters says whether the mutation would make a difference to an exchange with
// the good server. What is asked otherwise may always be answered otherwise. The
// error names an expression that does not compile, or an edit that is impossible.
func (m *Mutation) Alters(x Exchange) (bool, error) {
	c, err := m.compile()
	if err != nil {
		return false, err
	}
	if !c.asks(x.Request.Method, x.path(), x.Sent) || !c.answers(x.Status) {
		return false, nil
	}
	if len(m.Ask) > 0 {
		return true, nil
	}
	altered := x
	altered.Header, altered.Body = x.Header.Clone(), slices.Clone(x.Body)
	if err := apply(m.Answer, &altered); err != nil {
		return false, err
	}
	return altered.Status != x.Status || !maps.EqualFunc(altered.Header, x.Header, slices.Equal) || !sameBody(altered.Body, x.Body), nil
}

// sameBody compares JSON by what it says.
func sameBody(a, b []byte) bool {
	var one, other any
	if json.Unmarshal(a, &one) != nil || json.Unmarshal(b, &other) != nil {
		return bytes.Equal(a, b)
	}
	return reflect.DeepEqual(one, other)
}

// matcher is a Mutation whose expressions are compiled.
type matcher struct {
	method, path, sent, status *regexp.Regexp
}

func (m *Mutation) compile() (matcher, error) {
	var compiled [4]*regexp.Regexp
	for i, pattern := range []string{whole(m.Method), m.Path, m.Sent, whole(m.Status)} {
		var err error
		if compiled[i], err = regexp.Compile(pattern); err != nil {
			return matcher{}, fmt.Errorf("the mutation of check %s: %w", m.Check, err)
		}
	}
	return matcher{method: compiled[0], path: compiled[1], sent: compiled[2], status: compiled[3]}, nil
}

func whole(pattern string) string {
	if pattern == "" {
		return ""
	}
	return "^(?:" + pattern + ")$"
}

func (c matcher) asks(method, path string, sent []byte) bool {
	return c.method.MatchString(method) && c.path.MatchString(path) && c.sent.Match(sent)
}

func (c matcher) answers(status int) bool {
	return c.status.MatchString(strconv.Itoa(status))
}
