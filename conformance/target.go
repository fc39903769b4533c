package conformance

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"time"
)

// Target is a server under test and what it says of itself.
type Target struct {
	base   string
	token  string
	client *http.Client
	run    string // in every name that this run sends
	names  atomic.Int64
	lacks  map[Need]string // why the server lacks something, by its own words
	schema map[string]bool // "User.title", lower case; empty if no schema was read
	down   atomic.Bool     // the server stopped answering

	userURNs         []string // the core schema and the extensions of users
	integer, decimal numeric  // of users; the zero value if there is none
}

// numeric is a single-valued attribute of users that is a number.
type numeric struct{ urn, name string }

// Open reads the discovery endpoints of the server at a base URL. The error
// says why no check could run: the server cannot be reached, or it refuses the
// token. What discovery itself does wrong is left to the checks. A nil client
// is one that follows no redirects; the URL may carry no query and no password.
func Open(ctx context.Context, base, token string, client *http.Client) (*Target, error) {
	u, err := url.Parse(base)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.RawQuery != "" || u.User != nil {
		return nil, errors.New("the URL is no base URL such as https://host/scim/v2, without a query and without a password")
	}
	if client == nil {
		client = &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	}
	var random [3]byte
	if _, err := rand.Read(random[:]); err != nil {
		return nil, fmt.Errorf("no random name: %w", err)
	}
	t := &Target{base: strings.TrimRight(base, "/"), token: token, client: client, run: hex.EncodeToString(random[:]),
		lacks: map[Need]string{}, schema: map[string]bool{}, userURNs: []string{UserURN}}
	return t, t.discover(ctx)
}

func (t *Target) header() http.Header {
	h := http.Header{"Accept": {"application/scim+json"}, "User-Agent": {"muster-conformance"}}
	if t.token != "" {
		h.Set("Authorization", "Bearer "+t.token)
	}
	return h
}

// discover fills what the server lacks. A discovery endpoint that does not
// answer as it should leaves everything to be tried.
func (t *Target) discover(ctx context.Context) error {
	x, text, err := t.exchange(ctx, "GET", t.base+"/ServiceProviderConfig", t.header(), nil)
	if err != nil {
		return fmt.Errorf("the server does not answer: %s", x.Error)
	}
	if x.Status == http.StatusUnauthorized {
		return fmt.Errorf("the server refuses the token: %s", cut(x.Text, 300))
	}
	t.readConfig(text)
	types, err := t.discovered(ctx, "/ResourceTypes")
	if err != nil {
		return err
	}
	t.readTypes(types)
	schemas, err := t.discovered(ctx, "/Schemas")
	if err != nil {
		return err
	}
	t.readSchemas(schemas)
	return t.askSearch(ctx)
}

// discovered returns what a discovery endpoint lists, nil if it lists nothing.
func (t *Target) discovered(ctx context.Context, path string) ([]any, error) {
	x, text, err := t.exchange(ctx, "GET", t.base+path, t.header(), nil)
	if err != nil {
		return nil, fmt.Errorf("the server does not answer: %s", x.Error)
	}
	var answer any
	if json.Unmarshal(text, &answer) != nil {
		return nil, nil
	}
	found, _ := lookup(answer, "Resources")
	list, _ := found.([]any)
	return list, nil
}

// readConfig keeps to what the server says: a feature that is not announced as
// supported is lacking.
func (t *Target) readConfig(text []byte) {
	var config any
	if json.Unmarshal(text, &config) != nil {
		return
	}
	if _, ok := lookup(config, "patch"); !ok {
		return // no ServiceProviderConfig at all
	}
	for _, need := range []Need{Patch, Bulk, Filter, Sort, ETag, ChangePassword} {
		if supported, _ := lookup(config, string(need)+".supported"); supported != true {
			t.lacks[need] = "the ServiceProviderConfig says " + string(need) + ".supported: " + show(supported)
		}
	}
	if cursor, _ := lookup(config, "pagination.cursor"); cursor != true {
		t.lacks[Cursor] = "the ServiceProviderConfig says pagination.cursor: " + show(cursor)
	}
}

func (t *Target) readTypes(types []any) {
	if len(types) == 0 {
		return
	}
	groups, enterprise := false, false
	for _, r := range types {
		name, _ := lookup(r, "name")
		groups = groups || name == "Group"
		extensions, _ := lookup(r, "schemaExtensions")
		list, _ := extensions.([]any)
		for _, e := range list {
			urn, _ := lookup(e, "schema")
			enterprise = enterprise || name == "User" && urn == EnterpriseURN
			if text, ok := urn.(string); ok && name == "User" {
				t.userURNs = append(t.userURNs, text)
			}
		}
	}
	if !groups {
		t.lacks[Groups] = "ResourceTypes lists no Group"
	}
	if !enterprise {
		t.lacks[Enterprise] = "ResourceTypes lists no enterprise extension of User"
	}
}

func (t *Target) readSchemas(schemas []any) {
	names := map[any]string{UserURN: "User", GroupURN: "Group", EnterpriseURN: "EnterpriseUser"}
	t.lacks[Integer] = "no schema of users has a writable integer attribute"
	t.lacks[Decimal] = "no schema of users has a writable decimal attribute"
	for _, schema := range schemas {
		id, _ := lookup(schema, "id")
		attributes, _ := lookup(schema, "attributes")
		list, _ := attributes.([]any)
		if name, ok := names[id]; ok {
			t.readAttributes(name, list)
		}
		if urn, ok := id.(string); ok && slices.Contains(t.userURNs, urn) {
			t.readNumbers(urn, list)
		}
	}
}

// readNumbers looks for attributes of users that are numbers.
func (t *Target) readNumbers(urn string, attributes []any) {
	for _, attribute := range attributes {
		kind, _ := lookup(attribute, "type")
		many, _ := lookup(attribute, "multiValued")
		mutability, _ := lookup(attribute, "mutability")
		name, _ := lookup(attribute, "name")
		if many == true || mutability != "readWrite" {
			continue
		}
		switch at := (numeric{urn, fmt.Sprint(name)}); kind {
		case "integer":
			t.integer = at
			delete(t.lacks, Integer)
		case "decimal":
			t.decimal = at
			delete(t.lacks, Decimal)
		}
	}
}

func (t *Target) readAttributes(prefix string, attributes []any) {
	for _, attribute := range attributes {
		name, _ := lookup(attribute, "name")
		path := prefix + "." + fmt.Sprint(name)
		t.schema[strings.ToLower(path)] = true
		below, _ := lookup(attribute, "subAttributes")
		list, _ := below.([]any)
		t.readAttributes(path, list)
	}
}

// askSearch finds out whether the server has POST .search, which no discovery
// endpoint announces.
func (t *Target) askSearch(ctx context.Context) error {
	header := t.header()
	header.Set("Content-Type", "application/scim+json")
	x, _, err := t.exchange(ctx, "POST", t.base+"/Users/.search", header, []byte(`{"schemas":["`+SearchURN+`"],"count":1}`))
	if err == nil && x.Status == http.StatusNotImplemented {
		t.lacks[Search] = "POST /Users/.search is answered 501"
	}
	return ctx.Err()
}

// lacking returns why a check makes no sense here; empty if it does.
func (t *Target) lacking(c Check) string {
	for _, need := range c.Needs {
		if reason, ok := t.lacks[need]; ok {
			return reason
		}
		if schema, _, ok := strings.Cut(string(need), "."); ok && t.knows(schema) && !t.schema[strings.ToLower(string(need))] {
			return "the server's schema has no " + string(need)
		}
	}
	return ""
}

// knows says whether the attributes of a schema could be read.
func (t *Target) knows(schema string) bool {
	return t.schema[strings.ToLower(schema)+".username"] || t.schema[strings.ToLower(schema)+".displayname"] || t.schema[strings.ToLower(schema)+".department"]
}

// alive says whether the server answers anything at all, within a few seconds.
func (t *Target) alive(ctx context.Context) bool {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	for ctx.Err() == nil {
		if _, _, err := t.exchange(ctx, "GET", t.base+"/ServiceProviderConfig", t.header(), nil); err == nil {
			return true
		}
		pause(ctx, 250*time.Millisecond)
	}
	return false
}

func pause(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}
