package conformance_test

import (
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/elimity-com/scim"
	scimerrors "github.com/elimity-com/scim/errors"
	"github.com/elimity-com/scim/optional"
	"github.com/elimity-com/scim/schema"
	"github.com/google/uuid"
	filter "github.com/scim2/filter-parser/v2"
)

// store is an in-memory resource handler for elimity-com/scim as its own
// examples write one: it keeps attributes as they come, filters with the
// library's PassesFilter, and sets a removed attribute to nil.
type store struct {
	mu     sync.Mutex
	unique string // the attribute that must be unique, if any
	newID  func() string
	held   map[string]*held
	order  []string
	recent map[string]int // reads of an id, for the limit
}

type held struct {
	attributes scim.ResourceAttributes
	meta       scim.Meta
	version    int
}

func newStore(unique string, newID func() string) *store {
	return &store{unique: unique, newID: newID, held: map[string]*held{}, recent: map[string]int{}}
}

func (s *store) resource(id string) scim.Resource {
	h := s.held[id]
	external, _ := h.attributes["externalId"].(string)
	r := scim.Resource{ID: id, Attributes: copied(map[string]any(h.attributes)).(map[string]any), Meta: h.meta}
	if external != "" {
		r.ExternalID = optional.NewString(external)
	}
	return r
}

// copied is a deep copy, because an answer is written while others change what
// is held. An empty list stays the nil that the library made of it.
func copied(v any) any {
	switch v := v.(type) {
	case map[string]any:
		c := make(map[string]any, len(v))
		for name, value := range v {
			c[name] = copied(value)
		}
		return c
	case []any:
		c := slices.Clone(v)
		for i := range c {
			c[i] = copied(c[i])
		}
		return c
	}
	return v
}

func (s *store) touch(id string) {
	now := time.Now().UTC()
	h := s.held[id]
	h.version++
	h.meta.LastModified = &now
	h.meta.Version = fmt.Sprintf(`W/"%d"`, h.version)
}

func (s *store) Create(_ *http.Request, attributes scim.ResourceAttributes) (scim.Resource, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	name, _ := attributes[s.unique].(string)
	if len(name) > 256 {
		return scim.Resource{}, errors.New("insert into users: value too long for type character varying(256)")
	}
	for _, h := range s.held {
		if other, _ := h.attributes[s.unique].(string); name != "" && strings.EqualFold(other, name) {
			return scim.Resource{}, &scimerrors.ScimErrorUniqueness
		}
	}
	id, now := s.newID(), time.Now().UTC()
	s.held[id] = &held{attributes: attributes, meta: scim.Meta{Created: &now}}
	s.order = append(s.order, id)
	s.touch(id)
	return s.resource(id), nil
}

// Get refuses the hundredth read of one id with 429.
func (s *store) Get(_ *http.Request, id string) (scim.Resource, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.held[id] == nil {
		return scim.Resource{}, scimerrors.ScimErrorResourceNotFound(id)
	}
	if s.recent[id]++; s.recent[id] > 100 {
		return scim.Resource{}, scimerrors.ScimError{Status: http.StatusTooManyRequests, Detail: "slow down"}
	}
	return s.resource(id), nil
}

func (s *store) GetAll(_ *http.Request, p scim.ListRequestParams) (scim.Page, error) {
	var pass func(map[string]any) error
	if p.FilterValidator != nil {
		pass = p.FilterValidator.PassesFilter
	}
	return s.page(pass, p.StartIndex, p.Count), nil
}

func (s *store) Search(_ *http.Request, p scim.SearchParams) (scim.Page, error) {
	var pass func(map[string]any) error
	if p.FilterValidator != nil {
		pass = p.FilterValidator.PassesFilter
	}
	return s.page(pass, p.StartIndex, p.Count), nil
}

func (s *store) page(pass func(map[string]any) error, start, count int) scim.Page {
	s.mu.Lock()
	defer s.mu.Unlock()
	var page scim.Page
	for _, id := range s.order {
		attributes := maps.Clone(s.held[id].attributes)
		attributes["id"] = id
		if pass != nil && pass(attributes) != nil {
			continue
		}
		page.TotalResults++
		if page.TotalResults >= start && len(page.Resources) < count {
			page.Resources = append(page.Resources, s.resource(id))
		}
	}
	return page
}

func (s *store) Replace(_ *http.Request, id string, attributes scim.ResourceAttributes) (scim.Resource, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.held[id] == nil {
		return scim.Resource{}, scimerrors.ScimErrorResourceNotFound(id)
	}
	s.held[id].attributes = attributes
	s.touch(id)
	return s.resource(id), nil
}

func (s *store) Delete(_ *http.Request, id string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.held[id] == nil {
		return scimerrors.ScimErrorResourceNotFound(id)
	}
	delete(s.held, id)
	s.order = slices.DeleteFunc(s.order, func(other string) bool { return other == id })
	return nil
}

// Patch applies what the library has parsed: attributes and sub-attributes as
// they are named, values that a filter selects, lists that grow.
func (s *store) Patch(_ *http.Request, id string, operations []scim.PatchOperation) (scim.Resource, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.held[id] == nil {
		return scim.Resource{}, scimerrors.ScimErrorResourceNotFound(id)
	}
	attributes := s.held[id].attributes
	for _, op := range operations {
		if op.Path == nil {
			values, _ := op.Value.(map[string]any)
			for name, value := range values {
				attributes[name] = added(op.Op, attributes[name], value)
			}
			continue
		}
		in, name := map[string]any(attributes), op.Path.AttributePath.AttributeName
		if urn := op.Path.AttributePath.URI(); strings.Contains(urn, ":extension:") {
			inner, _ := attributes[urn].(map[string]any)
			if inner == nil {
				inner = map[string]any{}
			}
			attributes[urn], in = inner, inner
		}
		if sub := op.Path.AttributePath.SubAttributeName(); sub != "" {
			inner, _ := in[name].(map[string]any)
			if inner == nil {
				inner = map[string]any{}
			}
			in[name], in, name = inner, inner, sub
		}
		if op.Path.ValueExpression != nil {
			in[name] = selected(in[name], op)
			continue
		}
		if op.Op == scim.PatchOperationRemove {
			in[name] = nil
			continue
		}
		in[name] = added(op.Op, in[name], op.Value)
	}
	s.touch(id)
	return s.resource(id), nil
}

// added is the value after an add or replace.
func added(op string, old, value any) any {
	list, isList := old.([]any)
	more, alsoList := value.([]any)
	if op == scim.PatchOperationAdd && isList && alsoList {
		return append(list, more...)
	}
	return value
}

// selected applies an operation to the values that its filter selects.
func selected(old any, op scim.PatchOperation) any {
	list, _ := old.([]any)
	var left []any
	for _, element := range list {
		item, _ := element.(map[string]any)
		switch sub := op.Path.SubAttributeName(); {
		case !matches(item, op.Path.ValueExpression):
			left = append(left, element)
		case op.Op == scim.PatchOperationRemove && sub == "":
		case op.Op == scim.PatchOperationRemove:
			delete(item, sub)
			left = append(left, item)
		case sub != "":
			item[sub] = op.Value
			left = append(left, item)
		default:
			left = append(left, op.Value)
		}
	}
	return left
}

func matches(item map[string]any, e filter.Expression) bool {
	switch e := e.(type) {
	case *filter.LogicalExpression:
		if e.Operator == filter.AND {
			return matches(item, e.Left) && matches(item, e.Right)
		}
		return matches(item, e.Left) || matches(item, e.Right)
	case *filter.NotExpression:
		return !matches(item, e.Expression)
	case *filter.AttributeExpression:
		got, want := fmt.Sprint(item[e.AttributePath.AttributeName]), fmt.Sprint(e.CompareValue)
		switch e.Operator {
		case filter.EQ:
			return got == want
		case filter.EW:
			return strings.HasSuffix(got, want)
		case filter.CO:
			return strings.Contains(got, want)
		}
	}
	return false
}

// userSchema is the core schema with two numbers of the example's own.
func userSchema() schema.Schema {
	s := schema.CoreUserSchema()
	s.Attributes = append(slices.Clone(s.Attributes),
		schema.SimpleCoreAttribute(schema.SimpleNumberParams(schema.NumberParams{Name: "level", Type: schema.AttributeTypeInteger()})),
		schema.SimpleCoreAttribute(schema.SimpleNumberParams(schema.NumberParams{Name: "share", Type: schema.AttributeTypeDecimal()})))
	return s
}

// bare is the library's server behind nothing but a token check, the standard
// library's limit of a body, and the base URL that clients use.
func bare(base string, newID func() string) (http.Handler, error) {
	server, err := scim.NewServer(&scim.ServerArgs{
		ServiceProviderConfig: &scim.ServiceProviderConfig{SupportFiltering: true, SupportPatch: true, AuthenticationSchemes: []scim.AuthenticationScheme{
			{Type: scim.AuthenticationTypeOauthBearerToken, Name: "Bearer", Description: "A bearer token", Primary: true}}},
		ResourceTypes: []scim.ResourceType{
			{ID: optional.NewString("User"), Name: "User", Endpoint: "/Users", Schema: userSchema(), Handler: newStore("userName", newID),
				SchemaExtensions: []scim.SchemaExtension{{Schema: schema.ExtensionEnterpriseUser()}}},
			{ID: optional.NewString("Group"), Name: "Group", Endpoint: "/Groups", Schema: schema.CoreGroupSchema(), Handler: newStore("displayName", newID)},
		},
	}, scim.WithBaseURL(base+"/scim/v2"))
	if err != nil {
		return nil, err
	}
	inner := http.StripPrefix("/scim", http.MaxBytesHandler(server, 1<<20))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "Bearer "+bareToken {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		inner.ServeHTTP(w, r)
	}), nil
}

const bareToken = "a-token-for-tests"

func plainID() string { return uuid.NewString() }

// oddID gives ids that a URL must escape.
func oddID() string { return "user " + uuid.NewString() }
