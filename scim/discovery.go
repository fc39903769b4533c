package scim

import (
	"slices"
	"strings"

	"github.com/muster-idm/muster/scim/schema"
)

// capabilities answers /ServiceProviderConfig: what this connection really does
// (RFC 7643, section 5; RFC 9865, section 4).
func (rq *request) capabilities() error {
	if err := rq.unfiltered(); err != nil {
		return err
	}
	b := rq.client.Bounds
	passwords := rq.client.Users != nil && rq.client.Users.Connection.Template.Password != "" && rq.client.Ways.Passwords && !rq.client.Ways.Review
	yes, no := map[string]any{"supported": true}, map[string]any{"supported": false}
	change := no
	if passwords {
		change = yes
	}
	return rq.answer.writeJSON(statusOK, map[string]any{
		"schemas":          []string{"urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"},
		"documentationUri": documentation,
		"patch":            yes,
		"bulk":             map[string]any{"supported": true, "maxOperations": b.Operations, "maxPayloadSize": b.BulkBody},
		"filter":           map[string]any{"supported": true, "maxResults": b.MaxPage},
		"changePassword":   change,
		"sort":             yes,
		"etag":             yes,
		"pagination": map[string]any{"cursor": true, "index": true, "defaultPaginationMethod": "index",
			"defaultPageSize": b.Page, "maxPageSize": b.MaxPage},
		"authenticationSchemes": []map[string]any{{"type": "oauthbearertoken", "name": "OAuth Bearer Token", "primary": true,
			"description": "A token made by muster token create, or an access token of the issuer that the connection names.",
			"specUri":     "https://www.rfc-editor.org/info/rfc6750"}},
		"meta": map[string]any{"resourceType": "ServiceProviderConfig", "location": rq.base + "/ServiceProviderConfig"},
	})
}

// documentation tells people how a client is connected.
const documentation = "https://github.com/muster-idm/muster/tree/main/docs"

// unfiltered refuses a filter: the endpoints of discovery do not have one (RFC
// 7644, section 4). Attributes, sorting and paging are ignored.
func (rq *request) unfiltered() error {
	if rq.URL.Query().Has("filter") {
		return forbidden("the endpoints of discovery take no filter")
	}
	return nil
}

func (rq *request) resourceTypes() error {
	if err := rq.unfiltered(); err != nil {
		return err
	}
	var list []map[string]any
	for _, s := range rq.client.streams() {
		list = append(list, s.Type.JSON(rq.base))
	}
	return rq.writeAll(list)
}

func (rq *request) resourceType() error {
	for _, s := range rq.client.streams() {
		if strings.EqualFold(s.Type.Name, rq.pathID()) {
			return rq.answer.writeJSON(statusOK, s.Type.JSON(rq.base))
		}
	}
	return notFound("there is no resource type %q", excerpt(rq.pathID()))
}

func (rq *request) schemas() error {
	if err := rq.unfiltered(); err != nil {
		return err
	}
	var list []map[string]any
	for _, s := range rq.allSchemas() {
		list = append(list, s.JSON(rq.base))
	}
	return rq.writeAll(list)
}

func (rq *request) schema() error {
	for _, s := range rq.allSchemas() {
		if strings.EqualFold(s.ID, rq.pathID()) {
			return rq.answer.writeJSON(statusOK, s.JSON(rq.base))
		}
	}
	return notFound("there is no schema %q", excerpt(rq.pathID()))
}

// allSchemas are those of every resource type, each once.
func (rq *request) allSchemas() []*schema.Schema {
	var out []*schema.Schema
	for _, s := range rq.client.streams() {
		for _, one := range append([]*schema.Schema{s.Type.Core}, s.Type.Extensions...) {
			if !slices.ContainsFunc(out, func(x *schema.Schema) bool { return x.ID == one.ID }) {
				out = append(out, one)
			}
		}
	}
	return out
}

// writeAll answers a whole list: the endpoints of discovery have no pages.
func (rq *request) writeAll(list []map[string]any) error {
	return rq.answer.writeJSON(statusOK, map[string]any{"schemas": []string{"urn:ietf:params:scim:api:messages:2.0:ListResponse"},
		"totalResults": len(list), "itemsPerPage": len(list), "startIndex": 1, "Resources": list})
}
