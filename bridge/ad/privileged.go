package ad

import (
	"bytes"
	"cmp"
	"context"
	"encoding/binary"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/muster-idm/muster/bridge"
	"github.com/muster-idm/muster/bridge/ldap"
)

// Windows marks who belongs to a group that runs the domain with adminCount, but
// up to an hour late, and Samba never does. So the members are read from the
// groups themselves, once for all entries.
const (
	rollAge   = time.Minute      // how old what is known of the groups may be
	rollGrace = 5 * time.Minute  // how old while it cannot be read again
	rollRetry = 10 * time.Second // when that is tried the next time
)

// The groups whose members are protected (MS-ADTS 3.1.1.6.1.2), those that run
// the most first. The first are known by their RID within the domain, the others
// within S-1-5-32. Domain controllers (516, 521) are protected there by
// themselves, and here whoever else is put into their groups: these may copy
// every password. Cert Publishers (517) is not among them since Windows 2003.
var (
	domainGroups  = []uint32{512, 519, 518, 516, 521}
	builtinGroups = []uint32{544, 548, 549, 550, 551, 552}
	builtinDomain = []byte{1, 1, 0, 0, 0, 0, 0, 5, 32, 0, 0, 0}
)

// roll is who belongs to the groups, with the sentence that says to which.
type roll struct {
	entries map[string]string // by the octets of objectGUID
	primary map[string]string // by primaryGroupID: a group does not list those whose primary group it is
	read    time.Time
	due     time.Time // to be read again
}

// privileged knows the roll, and reads it again when it is old.
type privileged struct {
	now    func() time.Time
	search func(context.Context, ldap.Search) ([]*ldap.Raw, error)
	base   string // DN of the domain
	sid    []byte // of the domain
	turn   chan struct{}
	known  atomic.Pointer[roll]
}

func newPrivileged(p *ldap.Pool, sid []byte) *privileged {
	return &privileged{now: time.Now, search: p.Search, base: p.Root().First("defaultNamingContext"), sid: sid, turn: make(chan struct{}, 1)}
}

// why says to which of the groups an entry belongs, "" if to none.
func (p *privileged) why(raw *ldap.Raw) string {
	known := p.known.Load()
	return cmp.Or(known.entries[string(raw.GetEqualFoldRawAttributeValue("objectGUID"))], known.primary[raw.GetEqualFoldAttributeValue("primaryGroupID")])
}

// refresh reads the roll again if it is old. One caller reads; the others go on
// with the old roll, unless that is past its grace. The error is of kind
// Unavailable: without a roll nobody would be protected.
func (p *privileged) refresh(ctx context.Context) error {
	old := p.known.Load()
	if p.now().Before(old.due) {
		return nil
	}
	select {
	case p.turn <- struct{}{}:
	default:
		if p.inGrace(old) {
			return nil
		}
		select {
		case p.turn <- struct{}{}:
		case <-ctx.Done():
			return bridge.Wrap(bridge.Unavailable, ctx.Err(), "cancelled while asked who belongs to the administrators' groups")
		}
	}
	defer func() { <-p.turn }()
	if old = p.known.Load(); p.now().Before(old.due) {
		return nil // read while this one waited
	}
	err := p.read(ctx)
	if err != nil && p.inGrace(old) {
		kept := *old
		kept.due = p.now().Add(rollRetry)
		p.known.Store(&kept)
		return nil // the next ones try again, and it counts when the grace is over
	}
	return err
}

func (p *privileged) inGrace(r *roll) bool { return p.now().Before(r.read.Add(rollGrace)) }

// read walks from the groups to their members and on into the groups among
// these: entries by their names, many in one search, because every directory
// finds an entry by its name without looking at the others.
func (p *privileged) read(ctx context.Context) error {
	now := p.now()
	w := walk{privileged: p, roll: roll{entries: map[string]string{}, primary: map[string]string{}, read: now, due: now.Add(rollAge)}, seen: map[string]bool{}}
	if err := w.groups(ctx); err != nil {
		return err
	}
	for len(w.next) > 0 {
		if err := w.level(ctx); err != nil {
			return err
		}
	}
	if len(w.roll.entries) == 0 { // no domain is without an administrator
		return bridge.Errorf(bridge.Unavailable, "the directory does not show who belongs to Domain Admins; Muster's account needs the right to read the members of the administrators' groups, which it must never change")
	}
	p.known.Store(&w.roll)
	return nil
}

// walk is one reading of the roll.
type walk struct {
	*privileged
	roll roll
	seen map[string]bool // canonical DNs
	next []member
}

// member is somebody of whom only the name is known yet.
type member struct{ dn, why, of string }

// perSearch is how many entries one search names.
const perSearch = 100

var rollAttributes = []string{"objectGUID", "objectSid", "member"}

// groups begins with the groups that are there: most domains lack some.
func (w *walk) groups(ctx context.Context) error {
	var filters []string
	for _, rid := range domainGroups {
		filters = append(filters, ldap.Equals("objectSid", string(account(w.sid, rid))))
	}
	for _, rid := range builtinGroups {
		filters = append(filters, ldap.Equals("objectSid", string(account(builtinDomain, rid))))
	}
	found, err := w.search(ctx, ldap.Search{Base: w.base, Below: true, Filter: ldap.Or(filters...), Attributes: rollAttributes})
	if err != nil {
		return unread(err)
	}
	slices.SortStableFunc(found, func(a, b *ldap.Raw) int { return cmp.Compare(rank(a), rank(b)) })
	for _, raw := range found {
		w.seen[ldap.CanonicalDN(raw.DN)] = true
	}
	for _, raw := range found {
		name := ldap.RDNValue(raw.DN)
		if err := w.enter(ctx, raw, "it is a member of "+name, name); err != nil {
			return err
		}
	}
	return nil
}

// rank is the place of a group among those that are looked for.
func rank(group *ldap.Raw) int {
	sid := group.GetEqualFoldRawAttributeValue("objectSid")
	return slices.Index(slices.Concat(domainGroups, builtinGroups), lastRID(sid))
}

// level reads the members whose names are known.
func (w *walk) level(ctx context.Context) error {
	todo := w.next
	w.next = nil
	for some := range slices.Chunk(todo, perSearch) {
		byDN := make(map[string]member, len(some))
		filters := make([]string, len(some))
		for i, m := range some {
			byDN[ldap.CanonicalDN(m.dn)], filters[i] = m, ldap.Equals("distinguishedName", m.dn)
		}
		found, err := w.search(ctx, ldap.Search{Base: w.base, Below: true, Filter: ldap.Or(filters...), Attributes: rollAttributes})
		if err != nil {
			return unread(err)
		}
		for _, raw := range found {
			m, ok := byDN[ldap.CanonicalDN(raw.DN)]
			if !ok { // the directory spells the name another way there
				m = some[0]
			}
			if err := w.add(ctx, raw, m); err != nil {
				return err
			}
		}
	}
	return nil
}

// add notes a member and, if it is a group, goes into it.
func (w *walk) add(ctx context.Context, raw *ldap.Raw, m member) error {
	w.roll.entries[string(raw.GetEqualFoldRawAttributeValue("objectGUID"))] = m.why
	return w.enter(ctx, raw, fmt.Sprintf("it is a member of %s, and so of %s", ldap.RDNValue(raw.DN), m.of), m.of)
}

// enter puts down who belongs to a group; an account has neither members nor
// anybody whose primary group it is.
func (w *walk) enter(ctx context.Context, group *ldap.Raw, why, of string) error {
	if sid := group.GetEqualFoldRawAttributeValue("objectSid"); within(sid, w.sid) {
		rid := strconv.FormatUint(uint64(lastRID(sid)), 10)
		w.roll.primary[rid] = cmp.Or(w.roll.primary[rid], why)
	}
	for _, a := range group.Attributes {
		if name, option, _ := strings.Cut(a.Name, ";"); option != "" && strings.EqualFold(name, "member") {
			return w.large(ctx, group, why, of)
		}
	}
	for _, dn := range group.GetEqualFoldAttributeValues("member") {
		if key := ldap.CanonicalDN(dn); !w.seen[key] {
			w.seen[key] = true
			w.next = append(w.next, member{dn: dn, why: why, of: of})
		}
	}
	return nil
}

// large reads the members of a group that does not show them at once (MS-ADTS
// 3.1.1.3.1.3.3): Windows, which does so, finds them by their links.
func (w *walk) large(ctx context.Context, group *ldap.Raw, why, of string) error {
	found, err := w.search(ctx, ldap.Search{Base: w.base, Below: true, Filter: ldap.Equals("memberOf", group.DN), Attributes: rollAttributes})
	if err != nil {
		return unread(err)
	}
	for _, raw := range found {
		if key := ldap.CanonicalDN(raw.DN); !w.seen[key] {
			w.seen[key] = true
			if err := w.add(ctx, raw, member{why: why, of: of}); err != nil {
				return err
			}
		}
	}
	return nil
}

// unread says that nobody knows who is protected. Only that the directory
// refuses Muster's account is told apart: nothing is tried again then.
func unread(err error) error {
	if bridge.IsKind(err, bridge.Unauthenticated) {
		return err
	}
	return bridge.Wrap(bridge.Unavailable, err, "the members of the administrators' groups cannot be read, so nobody knows whom Muster must never change")
}

// account is the SID of an account of a domain (MS-DTYP 2.4.2.2).
func account(domain []byte, rid uint32) []byte {
	sid := binary.LittleEndian.AppendUint32(slices.Clone(domain), rid)
	sid[1]++ // how many parts it has
	return sid
}

// within says whether a SID is that of an account of the domain.
func within(sid, domain []byte) bool {
	return len(sid) == len(domain)+4 && bytes.Equal(sid, account(domain, lastRID(sid)))
}

// lastRID is the last part of a SID, 0 if it is none.
func lastRID(sid []byte) uint32 {
	if len(sid) < 12 {
		return 0
	}
	return binary.LittleEndian.Uint32(sid[len(sid)-4:])
}
