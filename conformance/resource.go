package conformance

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
	"time"
)

// Resource is a user or group that the check made.
type Resource struct {
	ID   string
	Name string  // the userName or displayName that was sent
	Path string  // "/Users/2819c223"
	Sent Attrs   // what was sent
	Got  *Answer // what was answered
}

// Ref is the resource as a group's member, or as a manager.
func (r *Resource) Ref() Attrs { return Attrs{"value": r.ID} }

// Name returns a new name, at most 16 characters, which no other check and no
// other run uses.
func (s *Session) Name() string {
	return fmt.Sprintf("mc-%s-%d", s.target.run, s.target.names.Add(1))
}

// Mail returns a new e-mail address.
func (s *Session) Mail() string { return s.Name() + "@conformance.example" }

// NewUser returns the attributes of a new user, with more over them.
func (s *Session) NewUser(more ...Attrs) Attrs {
	name := s.Name()
	user := Attrs{"schemas": []string{UserURN}, "userName": name, "displayName": "Check " + name, "active": true,
		"name":   Attrs{"givenName": "Check", "familyName": name},
		"emails": []Attrs{{"value": name + "@conformance.example", "type": "work", "primary": true}}}
	return over(user, more)
}

// NewGroup returns the attributes of a new group, with more over them.
func (s *Session) NewGroup(more ...Attrs) Attrs {
	return over(Attrs{"schemas": []string{GroupURN}, "displayName": s.Name()}, more)
}

// over lays attributes over others; data of an extension names its URN in schemas.
func over(under Attrs, more []Attrs) Attrs {
	for _, m := range more {
		maps.Copy(under, m)
		if _, ok := m[EnterpriseURN]; ok && m["schemas"] == nil {
			under["schemas"] = []string{UserURN, EnterpriseURN}
		}
	}
	return under
}

// User makes a user, as a precondition: only that it was made is looked at.
func (s *Session) User(more ...Attrs) *Resource {
	return s.Make("/Users", s.NewUser(more...))
}

// Group makes a group with members, as a precondition.
func (s *Session) Group(members ...*Resource) *Resource {
	more := Attrs{}
	if len(members) > 0 {
		refs := make([]Attrs, len(members))
		for i, m := range members {
			refs[i] = m.Ref()
		}
		more["members"] = refs
	}
	return s.Make("/Groups", s.NewGroup(more))
}

// Make makes a resource, as a precondition of what the check is about.
func (s *Session) Make(path string, sent Attrs) *Resource {
	a := s.POST(path, sent)
	id, _ := a.Value("id")
	text, _ := id.(string)
	if a.Status/100 != 2 || text == "" {
		s.end(Fail, true, "the check needs a resource: POST %s: expected 201 with an id, got %d %s", path, a.Status, cut(a.Text("detail"), 200))
	}
	return &Resource{ID: text, Name: naming(sent), Path: path + "/" + url.PathEscape(text), Sent: sent, Got: a}
}

// Read reads a resource, as a means to see what became of it.
func (s *Session) Read(r *Resource) *Answer {
	a := s.GET(r.Path)
	if _, ok := a.JSON.(map[string]any); a.Status != 200 || !ok {
		s.end(Fail, true, "GET of what the check made: expected 200 and the resource, got %d %s", a.Status, cut(a.Text("detail"), 200))
	}
	return a
}

func naming(sent Attrs) string {
	for _, key := range []string{"userName", "displayName"} {
		if name, ok := sent[key].(string); ok {
			return name
		}
	}
	return ""
}

// track keeps what a request made, so that it is deleted at the end.
func (s *Session) track(method, path string, a *Answer) {
	if method != "POST" || a.Status/100 != 2 {
		return
	}
	if kind := kindOf(path); kind != "" {
		if id, ok := a.Value("id"); ok {
			s.keep(&Resource{ID: fmt.Sprint(id), Path: kind + "/" + url.PathEscape(fmt.Sprint(id))})
		}
	}
	for _, o := range a.List("Operations") {
		location := textOf(at(o, "location"))
		if status := at(o, "status"); location != "" && (status == "201" || status == 201.0) {
			s.keep(&Resource{Path: location})
		}
	}
}

// kindOf is the endpoint to which a path posts, empty if it is another.
func kindOf(path string) string {
	path, _, _ = strings.Cut(path, "?")
	if kind := strings.TrimRight(path, "/"); kind == "/Users" || kind == "/Groups" {
		return kind
	}
	return ""
}

func (s *Session) keep(r *Resource) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.made = append(s.made, r)
}

// cleanup deletes what the check made, the last first, so that groups go
// before their members. It returns what it could not delete.
func (s *Session) cleanup() (left []string) {
	const limit = time.Minute
	ctx, cancel := context.WithTimeout(context.WithoutCancel(s.ctx), limit)
	defer cancel()
	s.mu.Lock()
	made := slices.Clone(s.made)
	s.mu.Unlock()
	made = append(made, s.orphans(ctx)...)
	for i := len(made) - 1; i >= 0; i-- {
		at := made[i].Path
		if !strings.HasPrefix(at, "http://") && !strings.HasPrefix(at, "https://") {
			at = s.target.base + at
		}
		x, _, err := s.target.exchange(ctx, "DELETE", at, s.target.header(), nil)
		if err != nil || x.Status/100 != 2 && x.Status != 404 {
			left = append(left, x.URL)
		}
	}
	return left
}

// orphans finds what a create without an answer may have made all the same: by
// its name, which only this run uses.
func (s *Session) orphans(ctx context.Context) (found []*Resource) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, lost := range s.lost {
		attribute := map[string]string{"/Users": "userName", "/Groups": "displayName"}[lost.Path]
		if !strings.HasPrefix(lost.Name, "mc-"+s.target.run) {
			continue
		}
		_, text, err := s.target.exchange(ctx, "GET", s.target.base+lost.Path+query([]string{"filter", attribute + ` eq "` + lost.Name + `"`}), s.target.header(), nil)
		var answer any
		if err != nil || json.Unmarshal(text, &answer) != nil {
			continue
		}
		list, _ := at(answer, "Resources").([]any)
		for _, r := range list {
			if id := textOf(at(r, "id")); id != "" && textOf(at(r, attribute)) == lost.Name {
				found = append(found, &Resource{ID: id, Path: lost.Path + "/" + url.PathEscape(id)})
			}
		}
	}
	return found
}
