package conformance

import (
	"fmt"
	"slices"
)

// Others are clients beside Okta and Entra, each with a habit of its own.
const Others Profile = "others"

// clientChecks are what clients send, whatever the standard says of it.
func clientChecks() []Check {
	return slices.Concat(oktaSpecChecks, oktaUserChecks, oktaGroupChecks,
		entraUserChecks, entraGroupChecks, entraTemplateChecks, entraFlagChecks, entraShapeChecks, othersChecks)
}

// client is a check of one client's habit.
func client(p Profile, id, title, source string, run func(*Session), needs ...Need) Check {
	return Check{ID: id, Title: title, Source: source, Grade: Client, Profiles: []Profile{p}, Needs: needs, Run: run}
}

// alone is a check that looks at lists which other checks change.
func alone(c Check) Check {
	c.Alone = true
	return c
}

// asOkta speaks with the headers that Okta sends.
func asOkta(s *Session) *Session {
	return s.With("User-Agent", "Okta SCIM Client 1.0.0").With("Accept-Charset", "utf-8").
		With("Content-Type", "application/scim+json; charset=utf-8")
}

// asEntra speaks with the headers that Microsoft Entra sends.
func asEntra(s *Session) *Session {
	return s.With("Content-Type", "application/scim+json; charset=utf-8")
}

// mailUser makes a user whose userName is an e-mail address, as the user names
// of identity providers are.
func mailUser(s *Session, more ...Attrs) *Resource {
	return s.User(append([]Attrs{{"userName": s.Mail()}}, more...)...)
}

// users makes n users.
func users(s *Session, n int) []*Resource {
	made := make([]*Resource, n)
	for i := range made {
		made[i] = mailUser(s)
	}
	return made
}

// refs are resources as a list of members.
func refs(of ...*Resource) []Attrs {
	list := make([]Attrs, len(of))
	for i, r := range of {
		list[i] = r.Ref()
	}
	return list
}

// patched expects that a PATCH was done: 200 with the resource or 204 without.
func patched(a *Answer) {
	a.WantStatus(200, 204)
	if a.Status == 200 {
		a.WantSome("id")
	}
}

// cleared expects that an attribute has no value, or an empty text.
func cleared(a *Answer, path string) {
	if got, ok := a.Value(path); ok && !unassigned(got) && got != "" {
		a.Fail("expected %s to be cleared, got %s", path, show(got))
	}
}

// none expects an empty list as clients look for it: 200, never 404.
func none(a *Answer) *Answer {
	return a.WantStatus(200).WantIn("schemas", ListURN).Want("totalResults", 0).WantLen("Resources", 0)
}

// one expects a list of one resource.
func one(a *Answer, r *Resource) *Answer {
	return a.WantStatus(200).WantIn("schemas", ListURN).Want("totalResults", 1).WantLen("Resources", 1).Want("Resources.0.id", r.ID)
}

// named is the filter for a name.
func named(attribute, value string) string { return fmt.Sprintf("%s eq %q", attribute, value) }

// put reads a resource and sends it back with changes, as clients without PATCH do.
func put(s *Session, r *Resource, change Attrs) *Answer {
	body, ok := s.Read(r).JSON.(map[string]any)
	if !ok {
		s.Fail("GET %s: expected a resource", r.Path)
	}
	return s.PUT(r.Path, over(Attrs(body), []Attrs{change}))
}
