package schema

// The schemas of the answers to discovery (RFC 7643, section 7 and 6).
const (
	schemaURN       = "urn:ietf:params:scim:schemas:core:2.0:Schema"
	resourceTypeURN = "urn:ietf:params:scim:schemas:core:2.0:ResourceType"
)

// JSON returns the schema as /Schemas answers it (RFC 7643, section 7). The base
// is the URL before "/Schemas", without a slash at its end.
func (s *Schema) JSON(base string) map[string]any {
	return map[string]any{
		"schemas":     []any{schemaURN},
		"id":          s.ID,
		"name":        s.Name,
		"description": s.Description,
		"attributes":  attributesJSON(s.Attributes),
		"meta":        map[string]any{"resourceType": "Schema", "location": base + "/Schemas/" + s.ID},
	}
}

// JSON returns the resource type as /ResourceTypes answers it (RFC 7643, section
// 6). The base is the URL before "/ResourceTypes", without a slash at its end.
func (t *Type) JSON(base string) map[string]any {
	extensions := []any{}
	for _, e := range t.Extensions {
		extensions = append(extensions, map[string]any{"schema": e.ID, "required": e.Required})
	}
	return map[string]any{
		"schemas":          []any{resourceTypeURN},
		"id":               t.Name,
		"name":             t.Name,
		"endpoint":         t.Endpoint,
		"description":      t.Description,
		"schema":           t.Core.ID,
		"schemaExtensions": extensions,
		"meta":             map[string]any{"resourceType": "ResourceType", "location": base + "/ResourceTypes/" + t.Name},
	}
}

// attributesJSON leaves out what has no value: a null in a schema makes Entra
// refuse all of it.
func attributesJSON(attributes []*Attribute) []any {
	all := []any{}
	for _, a := range attributes {
		j := map[string]any{
			"name":        a.Name,
			"type":        string(a.Kind),
			"multiValued": a.Multi,
			"description": a.Description,
			"required":    a.Required,
			"caseExact":   a.CaseExact,
			"mutability":  string(a.Mutability),
			"returned":    string(a.Returned),
			"uniqueness":  string(a.Uniqueness),
		}
		if len(a.Canonical) > 0 {
			j["canonicalValues"] = values(a.Canonical)
		}
		if len(a.References) > 0 {
			j["referenceTypes"] = values(a.References)
		}
		if len(a.Sub) > 0 {
			j["subAttributes"] = attributesJSON(a.Sub)
		}
		all = append(all, j)
	}
	return all
}

func values(texts []string) []any {
	var all []any
	for _, t := range texts {
		all = append(all, t)
	}
	return all
}
