package main

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/netip"
	"time"

	"golang.org/x/time/rate"

	"github.com/muster-idm/muster/auth"
	"github.com/muster-idm/muster/bridge"
	"github.com/muster-idm/muster/config"
	"github.com/muster-idm/muster/scim"
	"github.com/muster-idm/muster/scim/schema"
	"github.com/muster-idm/muster/store"
)

// openDoor is the SCIM door with all that it needs, open.
type openDoor struct {
	store       *store.Store
	directories map[string]directory       // by the name of the destination
	appliers    map[string]*bridge.Applier // by the name of the destination
	gate        *auth.Authenticator
	scim        *scim.Server
}

// openDoor opens what the connections of the file need. What it opened is closed
// with the door, also after an error.
func openTheDoor(ctx context.Context, file *config.File, s *store.Store, log *slog.Logger, watch scim.Watch) (*openDoor, error) {
	d := &openDoor{store: s, directories: map[string]directory{}, appliers: map[string]*bridge.Applier{}}
	trusted := file.Muster.Proxies()
	var clients []*scim.Client
	var issuers []auth.Issuer
	for i := range file.Connections {
		c := &file.Connections[i]
		client, err := d.client(ctx, file, c)
		if err != nil {
			return d, err
		}
		clients = append(clients, client)
		if c.OAuth.Issuer != "" {
			issuers = append(issuers, issuerOf(c))
		}
	}
	var err error
	if d.gate, err = auth.New(auth.Settings{Tokens: s, Issuers: issuers, Log: log}); err != nil {
		return d, bridge.Wrap(bridge.Invalid, err, "the issuers of access tokens cannot be used")
	}
	d.scim, err = scim.New(scim.Settings{Clients: clients, Gate: &gate{d.gate, trusted}, Store: s, URL: file.Muster.URL, Trusted: trusted,
		Now: time.Now, Log: log, Watch: watch})
	return d, err
}

func issuerOf(c *config.Client) auth.Issuer {
	claims := map[string][]string{}
	for name, values := range c.OAuth.Claims {
		claims[name] = values
	}
	issuer := auth.Issuer{Connection: c.Name, URL: c.OAuth.Issuer, Audience: c.OAuth.Audience, Claims: claims}
	if c.OAuth.ReadScope != "" {
		issuer.Scopes.Read = []string{c.OAuth.ReadScope}
	}
	if c.OAuth.WriteScope != "" {
		issuer.Scopes.Write = []string{c.OAuth.WriteScope}
	}
	return issuer
}

// client compiles a connection.
func (d *openDoor) client(ctx context.Context, file *config.File, c *config.Client) (*scim.Client, error) {
	client := &scim.Client{Name: c.Name, Quota: c.Quota(), Rate: rate.NewLimiter(rate.Limit(c.Requests.PerSecond), c.Requests.Burst),
		Bounds: scim.Bounds{Page: c.Page.Default, MaxPage: c.Page.Max, Body: int64(file.Muster.MaxBody), Operations: c.Bulk.Operations, BulkBody: int64(c.Bulk.Size)},
		Ways: scim.Ways{PatchedUser: c.AnswersPatch(bridge.User), PatchedGroup: c.AnswersPatch(bridge.Group), Strict: c.Strict(), Review: c.Review(),
			Passwords: c.SetsPasswords(), OverLimit: c.OverLimit}}
	var err error
	if c.Accepts(bridge.User) {
		if client.Users, err = d.stream(ctx, file, c, bridge.User); err != nil {
			return nil, err
		}
	}
	if c.Accepts(bridge.Group) {
		client.Groups, err = d.stream(ctx, file, c, bridge.Group)
	}
	return client, err
}

// stream compiles what a connection pushes of one type, and opens its directory.
func (d *openDoor) stream(ctx context.Context, file *config.File, c *config.Client, t bridge.ObjectType) (*scim.Stream, error) {
	settings, _ := file.Destination(c.Destination)
	template, err := template(settings.Type, t)
	if err != nil {
		return nil, err
	}
	kind, own, err := resourceType(c, t)
	if err != nil {
		return nil, err
	}
	s := &scim.Stream{Type: kind, Columns: c.Columns(t), Own: own, Memory: d.store}
	if s.Connection, err = file.Stream(c.Name, t, template, s.Columns); err != nil {
		return nil, err
	}
	if d.directories[settings.Name] == nil {
		opened, err := openDirectory(ctx, settings)
		if err != nil {
			return nil, err
		}
		d.directories[settings.Name] = opened
		d.appliers[settings.Name] = &bridge.Applier{Destination: opened, Identity: opened.Identity(), Journal: d.store, Ledger: d.store,
			Workers: settings.Connections, Flights: &bridge.Flights{}, Now: time.Now}
	}
	s.Reader, s.Applier = d.directories[settings.Name], d.appliers[settings.Name]
	return s, nil
}

// resourceType is the type with the connection's own extensions, and their
// columns with the paths of their attributes.
func resourceType(c *config.Client, t bridge.ObjectType) (*schema.Type, map[string]string, error) {
	var extensions []*schema.Schema
	if t == bridge.User {
		extensions = append(extensions, schema.Enterprise())
	}
	own := map[string]string{}
	for _, e := range c.Extensions {
		if e.On != string(t) {
			continue
		}
		attributes := make([]*schema.Attribute, len(e.Attributes))
		for i, a := range e.Attributes {
			attributes[i] = &schema.Attribute{Name: a.Name, Kind: schema.Kind(a.Type), Multi: a.Multi, Required: a.Required, CaseExact: a.CaseExact,
				Description: a.Description, Canonical: a.Canonical}
			own[a.Column] = e.ID + ":" + a.Name
		}
		extension, err := schema.Custom(e.ID, e.ID, "", attributes)
		if err != nil {
			return nil, nil, bridge.Wrap(bridge.Invalid, err, "the extension %s of connection %s cannot be used", e.ID, c.Name)
		}
		extension.Required = e.Required
		extensions = append(extensions, extension)
	}
	if t == bridge.Group {
		return schema.Group(extensions...), own, nil
	}
	return schema.User(extensions...), own, nil
}

// settle finds out what became of the changes that an earlier process left open.
func (d *openDoor) settle(ctx context.Context) (settled int, err error) {
	for name, applier := range d.appliers {
		n, err := applier.Settle(ctx, name)
		if err != nil {
			return settled, err
		}
		settled += n
	}
	return settled, nil
}

// ready says whether the directories answer.
func (d *openDoor) ready(ctx context.Context, file *config.File) error {
	for name, directory := range d.directories {
		settings, _ := file.Destination(name)
		if _, err := directory.Get(ctx, bridge.Ref{DN: settings.Base}, bridge.Query{}); err != nil {
			return bridge.Wrap(bridge.Unavailable, err, "the directory %s does not answer", name)
		}
	}
	return nil
}

func (d *openDoor) close(ctx context.Context) error {
	var err error
	if d.gate != nil {
		err = d.gate.Close(ctx)
	}
	for _, directory := range d.directories {
		directory.Close()
	}
	return err
}

// gate tells the door who asks, as auth does.
type gate struct {
	auth    *auth.Authenticator
	trusted []netip.Prefix
}

var _ scim.Gate = (*gate)(nil)

// Caller returns who asks. The error is a *scim.Denied.
func (g *gate) Caller(r *http.Request) (scim.Caller, error) {
	client, err := g.auth.Client(r.Context(), r.Header, scim.Remote(r, g.trusted))
	var refused *auth.Error
	if errors.As(err, &refused) {
		return scim.Caller{}, &scim.Denied{Kind: kindOf(refused.Kind), Msg: refused.Msg, Challenge: refused.Challenge(), RetryAfter: refused.RetryAfter, Err: refused}
	}
	if err != nil {
		return scim.Caller{}, err
	}
	return scim.Caller{Connection: client.Connection, Name: client.ID, Read: client.Require(auth.Read) == nil, Write: client.Require(auth.Write) == nil}, nil
}

func kindOf(k auth.Kind) bridge.Kind {
	switch k {
	case auth.Blocked:
		return bridge.TooMany
	case auth.Forbidden:
		return bridge.Forbidden
	case auth.Unavailable:
		return bridge.Unavailable
	}
	return bridge.Unauthenticated
}
