package conformance

// KnownBugs maps the faults that were found in github.com/elimity-com/scim
// v0.0.0-20260728105928-2641426a1539 to the checks that detect them: each check
// fails on a server of that library alone. The numbers are only names, F for the
// faults of filters.
func KnownBugs() map[string][]string {
	return map[string][]string{
		"F1 panic on a complex attribute":                     {"rfc7644-3.4.2.2-multi-valued", "rfc7644-3.4.2.2-complex"},
		"F2 stack overflow by parentheses":                    {"rfc7644-7.8-deep-filter"},
		"F3 sub-attribute behind brackets":                    {"entra-filter-value-path"},
		"F4 sub-attribute of a list never matches":            {"rfc7644-3.4.2.2-multi-valued-sub", "rfc7644-3.4.2.2-multi-valued-type"},
		"F5 parentheses and three terms in brackets":          {"rfc7644-3.4.2.2-brackets-three-terms"},
		"F6 core and extension in one filter":                 {"rfc7644-3.4.2.2-extension-and-core"},
		"F7 extension attributes never match":                 {"rfc7644-3.4.2.2-extension"},
		"F8 panic on an integer":                              {"rfc7644-3.4.2.2-integer"},
		"F9 decimal against an integer literal":               {"rfc7644-3.4.2.2-decimal"},
		"F10 escapes are not decoded":                         {"rfc7644-3.4.2.2-escapes"},
		"F11 pr on empty values":                              {"rfc7644-3.4.2.2-pr-empty"},
		"F12 ne on absent values":                             {"rfc7644-3.4.2.2-ne-absent"},
		"F13 unknown attribute before brackets":               {"rfc7644-3.4.2.2-unknown-in-brackets"},
		"F14 URN in another case":                             {"rfc7644-3.4.2.2-urn-in-any-case"},
		"F15 quoted boolean":                                  {"entra-filter-quoted-boolean"},
		"F16 schemas and meta never match":                    {"rfc7644-3.4.2.2-schemas", "rfc7644-3.4.2.2-meta"},
		"F17 unquoted value":                                  {"entra-filter-unquoted"},
		"F18 panic on a nil in the handler's map":             {"rfc7644-3.5.2.2-removed-not-found"},
		"F19 names in the case of the client's path":          {"rfc7644-3.5.2-path-in-any-case-found"},
		"F20 .search on id, externalId and meta":              {"rfc7644-3.4.3-search-common"},
		"4 password is echoed":                                {"rfc7643-4.1.1-password-not-in-create", "rfc7643-4.1.1-password-not-in-read", "rfc7643-4.1.1-password-not-in-patch"},
		"5 id is decoded twice":                               {"rfc3986-2.4-id-decoded-once"},
		"6 trailing garbage is accepted":                      {"rfc8259-2-trailing"},
		"7 429 and 503 become 500":                            {"rfc7644-3.12-too-fast"},
		"8 raw errors are told":                               {"rfc7644-7-no-internals"},
		"9 PATCH of readOnly, removal of required":            {"rfc7644-3.5.2-readonly", "rfc7644-3.5.2.2-remove-required"},
		"10 PATCH refuses null and an extension's URN":        {"rfc7643-2.5-patch-null", "rfc7644-3.5.2-path-extension-whole"},
		"11 itemsPerPage is wrong, Resources null":            {"rfc7644-3.4.2-items-per-page", "rfc7644-3.4.2-past-the-end"},
		"12 ServiceProviderConfig answers POST and DELETE":    {"rfc7644-4-config-read-only"},
		"13 discovery has no meta, documentationUri is empty": {"rfc7643-3.1-discovery-meta", "rfc7643-5-documentation-uri"},
		"14 schemas names extensions without attributes":      {"rfc7643-3-schemas-without-extension"},
		"15 one object instead of a list, [] becomes null":    {"rfc7643-2.4-single-value-no-list", "rfc7643-2.5-empty-list-is-unassigned"},
		"16 a body too large is 400":                          {"rfc9110-15.5.14-too-large"},
		"18 meta.location is escaped twice":                   {"rfc7644-3.4.1-location-names-id"},
		"19 booleans as text by a global switch, off":         {"entra-boolean-as-text"},
		"20 errors by pointer become 500":                     {"rfc7644-3.3-duplicate"},
	}
}
