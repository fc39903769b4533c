package devdir

import (
	"context"
	"slices"
	"strings"
	"sync"
	"time"

	ber "github.com/go-asn1-ber/asn1-ber"
)

// Fault orders a misbehaviour: from the request number After+1 that matches, Times
// requests meet Do. Several faults may be ordered; the first that matches counts.
type Fault struct {
	Op    string // bind, search, add, modify, modifydn, delete, compare, extended; empty: any
	On    string // only requests whose DN contains this, in any case; empty: all
	After int    // matching requests to let pass first
	Times int    // how often; 0: until cleared
	Do    Effect
}

// Effect is what a Fault does.
type Effect struct {
	kind  effect
	code  int
	text  string
	delay time.Duration
}

type effect int

const (
	effectCode effect = iota
	effectSizeLimit
	effectReferral
	effectHang
	effectHangAfter
	effectCut
	effectCutAfter
	effectSlow
)

// ResultCode answers with the code and text instead of executing.
func ResultCode(code int, text string) Effect {
	return Effect{kind: effectCode, code: code, text: text}
}

// SizeLimit ends a search after so many entries with result 4.
func SizeLimit(entries int) Effect { return Effect{kind: effectSizeLimit, code: entries} }

// Referral answers with result 10 and the URL instead of executing.
func Referral(url string) Effect { return Effect{kind: effectReferral, text: url} }

// Hang neither executes nor answers.
func Hang() Effect { return Effect{kind: effectHang} }

// HangAfter executes and does not answer.
func HangAfter() Effect { return Effect{kind: effectHangAfter} }

// Cut closes the connection without executing.
func Cut() Effect { return Effect{kind: effectCut} }

// CutAfter executes and closes the connection without answering.
func CutAfter() Effect { return Effect{kind: effectCutAfter} }

// Slow waits before it executes and answers as usual.
func Slow(d time.Duration) Effect { return Effect{kind: effectSlow, delay: d} }

type armed struct {
	Fault
	seen, fired int
}

type faults struct {
	mu   sync.Mutex
	list []*armed
}

// Fault orders a misbehaviour.
func (d *Directory) Fault(f Fault) {
	d.faults.mu.Lock()
	defer d.faults.mu.Unlock()
	d.faults.list = append(d.faults.list, &armed{Fault: f})
}

// ClearFaults ends all misbehaviour; requests that hang already keep hanging.
func (d *Directory) ClearFaults() {
	d.faults.mu.Lock()
	defer d.faults.mu.Unlock()
	d.faults.list = nil
}

// Fired is how many requests have met a fault that is still ordered.
func (d *Directory) Fired() int {
	d.faults.mu.Lock()
	defer d.faults.mu.Unlock()
	n := 0
	for _, a := range d.faults.list {
		n += a.fired
	}
	return n
}

// opNames are the names by which Fault and Log call the operations.
var opNames = map[ber.Tag]string{tagBind: "bind", tagSearch: "search", tagModify: "modify", tagAdd: "add", tagDelete: "delete",
	tagModifyDN: "modifydn", tagCompare: "compare", tagExtended: "extended"}

// next gives the fault that this request meets, if any.
func (f *faults) next(op *ber.Packet) *armed {
	f.mu.Lock()
	defer f.mu.Unlock()
	i := slices.IndexFunc(f.list, func(a *armed) bool { return a.meets(op) })
	if i < 0 {
		return nil
	}
	return f.list[i]
}

// meets counts a matching request and says whether it is one of those to disturb.
func (a *armed) meets(op *ber.Packet) bool {
	if a.Op != "" && a.Op != opNames[op.Tag] || !strings.Contains(strings.ToLower(targetOf(op)), strings.ToLower(a.On)) {
		return false
	}
	a.seen++
	if a.seen <= a.After || a.Times > 0 && a.fired >= a.Times {
		return false
	}
	a.fired++
	return true
}

// targetOf gives the DN that a request names.
func targetOf(op *ber.Packet) string {
	switch op.Tag {
	case tagDelete:
		return text(op)
	case tagBind:
		return text(child(op, 1))
	}
	return text(child(op, 0))
}

func (a *armed) cuts() bool { return a.Do.kind == effectCut || a.Do.kind == effectCutAfter }

// before acts before the request is executed and says whether it may be.
func (a *armed) before(ctx context.Context, c *connection, m *message) bool {
	tag := answerTags[m.op.Tag]
	switch a.Do.kind {
	case effectCode:
		c.send(c.reply(m, tag, &refusal{code: a.Do.code, text: a.Do.text})...)
		return false
	case effectReferral:
		c.send(c.reply(m, tag, &refusal{code: rcReferral, referral: []string{a.Do.text}})...)
		return false
	case effectHang:
		<-ctx.Done()
		return false
	case effectCut:
		return false
	case effectSlow:
		select {
		case <-ctx.Done():
		case <-time.After(a.Do.delay):
		}
	}
	return true
}

// after acts after the request was executed and says whether to answer.
func (a *armed) after(ctx context.Context) bool {
	switch a.Do.kind {
	case effectCutAfter:
		return false
	case effectHangAfter:
		<-ctx.Done()
		return false
	}
	return true
}
