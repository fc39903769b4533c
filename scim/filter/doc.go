// Package filter parses SCIM filters and the paths of PATCH (RFC 7644,
// sections 3.4.2.2 and 3.5.2), resolves them against a resource type, and says
// whether a resource matches.
package filter
