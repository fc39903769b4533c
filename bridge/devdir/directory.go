package devdir

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"
)

// Options are the settings of a Directory. Only Base and AdminPassword are required.
type Options struct {
	Base          string // of the domain, as in DC=corp,DC=example,DC=com
	NetBIOS       string // the domain in DOMAIN\name; empty: the first part of Base in capitals
	Host          string // DNS name of the server; empty: dc1.<domain>
	AdminName     string // sAMAccountName of the account with RID 500; empty: Administrator
	AdminPassword string // of that account; not held to the policy

	Exchange    bool     // the schema knows mailNickname, targetAddress, msExch*, extensionAttribute1-15
	UPNSuffixes []string // written to the Partitions container; the suffix itself is not enforced

	MinPasswordLength int           // 0: 7, as on a new Windows domain
	NoComplexity      bool          // switches the complexity rule of the domain policy off
	LockoutThreshold  int           // wrong passwords until an account locks; 0: never
	MaxPasswordAge    time.Duration // 0: passwords do not expire

	MaxPageSize int // entries in one answer; 0: 1000
	MaxValRange int // values of one attribute in one answer; 0: 1500

	Now     func() time.Time // nil: time.Now
	Random  io.Reader        // of GUIDs and the domain SID; nil: crypto/rand
	LogSize int              // writes that Log remembers; 0: 10000
}

func (o *Options) complete(names []rdn) {
	domain := dnsDomain(names)
	setDefault(&o.NetBIOS, strings.ToUpper(names[0].value))
	setDefault(&o.Host, "dc1."+domain)
	setDefault(&o.AdminName, "Administrator")
	setDefault(&o.MinPasswordLength, 7)
	setDefault(&o.MaxPageSize, 1000)
	setDefault(&o.MaxValRange, 1500)
	setDefault(&o.LogSize, 10_000)
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Random == nil {
		o.Random = rand.Reader
	}
}

func setDefault[T comparable](field *T, value T) {
	if *field == *new(T) {
		*field = value
	}
}

func dnsDomain(names []rdn) string {
	parts := make([]string, len(names))
	for i, n := range names {
		parts[i] = n.value
	}
	return strings.Join(parts, ".")
}

// Directory is one domain in memory. All methods may be called at any time from
// any goroutine.
type Directory struct {
	opt       Options
	domain    string // its DNS name
	schema    *schema
	authority *authority
	faults    faults

	mu      sync.RWMutex
	root    *entry // the domain
	config  *entry // CN=Configuration
	schemas *entry // CN=Schema,CN=Configuration
	byGUID  map[guid]*entry
	sid     sid
	nextRID uint32
	usn     int64
	log     []Write
	binds   map[string]int

	delegates map[*entry]bool
}

// New makes a directory with the entries every new domain has: the containers
// Users, Computers and Builtin, Domain Controllers, the well-known groups and
// accounts, and the schema.
func New(opt Options) (*Directory, error) {
	names, err := parseDN(opt.Base)
	if err != nil || len(names) == 0 || !strings.EqualFold(names[0].kind, "DC") {
		return nil, fmt.Errorf("the base %q is not the DN of a domain", opt.Base)
	}
	if opt.AdminPassword == "" {
		return nil, errors.New("the administrator needs a password")
	}
	opt.complete(names)
	d := &Directory{opt: opt, domain: dnsDomain(names), byGUID: map[guid]*entry{}, binds: map[string]int{}, delegates: map[*entry]bool{}, nextRID: 1103, usn: 4096}
	if d.schema, err = newSchema(opt.Exchange); err != nil {
		return nil, err
	}
	if d.authority, err = newAuthority(opt.Host, d.domain); err != nil {
		return nil, err
	}
	return d, d.furnish(names)
}

// CertificatePEM is the certificate authority that signed the server's certificate.
func (d *Directory) CertificatePEM() []byte { return d.authority.pem }

// Base is the DN of the domain.
func (d *Directory) Base() string { return formatDN(d.root.root) }

// AdminDN is the DN of the administrator, with which AdminPassword binds.
func (d *Directory) AdminDN() string {
	d.mu.RLock()
	defer d.mu.RUnlock()
	return d.bySID(d.sid.child(ridAdministrator)).dn()
}

// Count is the number of entries in the domain, without configuration and schema.
func (d *Directory) Count() int {
	d.mu.RLock()
	defer d.mu.RUnlock()
	n := 0
	for range d.subtree(d.root) {
		n++
	}
	return n
}

// Binds is how often a client tried to bind with the name, in whatever form it
// gave it; the comparison ignores case.
func (d *Directory) Binds(name string) int {
	d.mu.RLock()
	defer d.mu.RUnlock()
	return d.binds[strings.ToLower(name)]
}

// Write is one write operation that was carried out.
type Write struct {
	Op string // add, modify, modifydn, delete
	DN string // of the entry, before the operation
	At time.Time
}

// Log gives the last write operations, oldest first, at most Options.LogSize.
func (d *Directory) Log() []Write {
	d.mu.RLock()
	defer d.mu.RUnlock()
	return append([]Write(nil), d.log[max(0, len(d.log)-d.opt.LogSize):]...)
}

func (d *Directory) note(w Write) {
	if len(d.log) >= 2*d.opt.LogSize { // halve rarely instead of shifting always
		d.log = append([]Write(nil), d.log[d.opt.LogSize:]...)
	}
	d.log = append(d.log, w)
}

func (d *Directory) newGUID() (g guid, err error) {
	if _, err = io.ReadFull(d.opt.Random, g[:]); err != nil {
		return g, fmt.Errorf("random: %w", err)
	}
	g[7], g[8] = g[7]&0x0F|0x40, g[8]&0x3F|0x80
	return g, nil
}

// subtree walks an entry and all below it, parents first, staying inside the
// naming context.
func (d *Directory) subtree(top *entry) func(yield func(*entry) bool) {
	return func(yield func(*entry) bool) { walk(top, yield) }
}

func walk(e *entry, yield func(*entry) bool) bool {
	if !yield(e) {
		return false
	}
	for _, kid := range e.kids {
		if !kid.isNC && !walk(kid, yield) {
			return false
		}
	}
	return true
}
