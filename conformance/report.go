package conformance

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
)

// Report is what a run found.
type Report struct {
	URL     string        `json:"url"`
	Started time.Time     `json:"started"`
	Took    time.Duration `json:"nanoseconds"`
	Results []Result      `json:"results"`
}

// Count returns how many checks of a grade ended with an outcome.
func (r *Report) Count(g Grade, o Outcome) int {
	n := 0
	for _, result := range r.Results {
		if result.Grade == g && result.Outcome == o {
			n++
		}
	}
	return n
}

// Conforms says whether no Must and no Client failed.
func (r *Report) Conforms() bool { return r.Count(Must, Fail)+r.Count(Client, Fail) == 0 }

// Complete says whether no check was broken.
func (r *Report) Complete() bool {
	return r.Count(Must, Broken)+r.Count(Should, Broken)+r.Count(Client, Broken) == 0
}

// of returns the results with an outcome, MUST first.
func (r *Report) of(o Outcome) []Result {
	found := slices.DeleteFunc(slices.Clone(r.Results), func(x Result) bool { return x.Outcome != o })
	order := []Grade{Must, Client, Should}
	slices.SortStableFunc(found, func(a, b Result) int { return slices.Index(order, a.Grade) - slices.Index(order, b.Grade) })
	return found
}

// WriteText writes the report for people: what failed first, with the request
// and the answer, then what could not be checked, then the counts. Checks that
// could not begin for one reason are told once.
func (r *Report) WriteText(w io.Writer) error {
	var b strings.Builder
	unready := map[string][]string{}
	for _, x := range r.of(Fail) {
		if x.Setup {
			unready[x.Message] = append(unready[x.Message], x.ID)
		}
	}
	for _, x := range r.of(Fail) {
		ids := unready[x.Message]
		if x.Setup && ids[0] != x.ID {
			continue
		}
		x.writeFailure(&b)
		if x.Setup && len(ids) > 1 {
			fmt.Fprintf(&b, "     and for the same reason: %s\n\n", strings.Join(ids[1:], ", "))
		}
	}
	r.writeReasons(&b, Broken)
	r.writeReasons(&b, Skipped)
	for _, x := range r.Results {
		for _, at := range x.Left {
			fmt.Fprintf(&b, "LEFT BEHIND by %s: %s\n", x.ID, at)
		}
	}
	r.writeCounts(&b)
	_, err := io.WriteString(w, b.String())
	return err
}

func (x Result) writeFailure(b *strings.Builder) {
	fmt.Fprintf(b, "FAIL %s %s\n     %s\n     %s\n     source: %s\n", x.Grade, x.ID, x.Title, x.Message, x.Source)
	if n := len(x.Exchanges); n > 0 {
		fmt.Fprintf(b, "%s", indent(x.Exchanges[n-1].String(), "     | "))
	}
	b.WriteString("\n")
}

// writeReasons writes each reason of an outcome once, with the checks it holds for.
func (r *Report) writeReasons(b *strings.Builder, o Outcome) {
	const shown = 8
	var reasons []string
	ids := map[string][]string{}
	for _, x := range r.of(o) {
		if ids[x.Message] == nil {
			reasons = append(reasons, x.Message)
		}
		ids[x.Message] = append(ids[x.Message], x.ID)
	}
	for _, reason := range reasons {
		list := ids[reason]
		more := ""
		if len(list) > shown {
			more = fmt.Sprintf(" and %d more", len(list)-shown)
			list = list[:shown]
		}
		fmt.Fprintf(b, "%s, because %s: %s%s\n", strings.ToUpper(string(o)), reason, strings.Join(list, ", "), more)
	}
}

func (r *Report) writeCounts(b *strings.Builder) {
	fmt.Fprintf(b, "%s: %d checks in %s\n", r.URL, len(r.Results), r.Took.Round(time.Millisecond))
	for _, g := range []Grade{Must, Client, Should} {
		fmt.Fprintf(b, "%-6s %4d passed %4d failed %4d skipped %4d broken\n", g, r.Count(g, Pass), r.Count(g, Fail), r.Count(g, Skipped), r.Count(g, Broken))
	}
}

func indent(text, with string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		b.WriteString(with + strings.TrimRight(line, "\n") + "\n")
	}
	return b.String()
}

// WriteJSON writes everything, with all exchanges of the checks that failed.
func (r *Report) WriteJSON(w io.Writer) error {
	short := *r
	short.Results = slices.Clone(r.Results)
	for i := range short.Results {
		if o := short.Results[i].Outcome; o == Pass || o == Skipped {
			short.Results[i].Exchanges = nil
		}
	}
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(short)
}

// suite is a report as JUnit XML knows it.
type suite struct {
	XMLName  xml.Name   `xml:"testsuite"`
	Name     string     `xml:"name,attr"`
	Tests    int        `xml:"tests,attr"`
	Failures int        `xml:"failures,attr"`
	Errors   int        `xml:"errors,attr"`
	Skipped  int        `xml:"skipped,attr"`
	Time     string     `xml:"time,attr"`
	Stamp    string     `xml:"timestamp,attr"`
	Cases    []testcase `xml:"testcase"`
}

type testcase struct {
	Name    string  `xml:"name,attr"`
	Class   string  `xml:"classname,attr"`
	Time    string  `xml:"time,attr"`
	Failure *reason `xml:"failure"`
	Error   *reason `xml:"error"`
	Skipped *reason `xml:"skipped"`
	Out     string  `xml:"system-out,omitempty"`
}

type reason struct {
	Message string `xml:"message,attr"`
	Type    string `xml:"type,attr,omitempty"`
	Text    string `xml:",chardata"`
}

// WriteJUnit writes the report as JUnit XML. A failed SHOULD is no failure
// there but text beside a passed test: it does not make a build red.
func (r *Report) WriteJUnit(w io.Writer) error {
	s := suite{Name: "SCIM conformance of " + r.URL, Time: seconds(r.Took), Stamp: r.Started.UTC().Format(time.RFC3339)}
	for _, x := range r.Results {
		s.add(x)
	}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	e := xml.NewEncoder(w)
	e.Indent("", "  ")
	if err := e.Encode(s); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}

func (s *suite) add(x Result) {
	c := testcase{Name: x.ID + ": " + x.Title, Class: "conformance." + strings.ToLower(string(x.Grade)), Time: seconds(x.Took)}
	text := "source: " + x.Source
	if n := len(x.Exchanges); n > 0 {
		text += "\n" + x.Exchanges[n-1].String()
	}
	why := &reason{Message: x.Message, Type: string(x.Grade), Text: text}
	s.Tests++
	switch {
	case x.Outcome == Fail && x.Grade == Should:
		c.Out = "SHOULD: " + x.Message + "\n" + text
	case x.Outcome == Fail:
		c.Failure = why
		s.Failures++
	case x.Outcome == Broken:
		c.Error = why
		s.Errors++
	case x.Outcome == Skipped:
		c.Skipped = &reason{Message: x.Message}
		s.Skipped++
	}
	s.Cases = append(s.Cases, c)
}

func seconds(d time.Duration) string { return fmt.Sprintf("%.3f", d.Seconds()) }
