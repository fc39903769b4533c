package conformance

import "slices"

// A Check is one thing that a server must, should or had better do.
type Check struct {
	// ID is stable and says where the sentence stands: "rfc7644-3.3-create-location".
	ID string
	// Title says what a right server does, in one line.
	Title string
	// Source is the sentence the check rests on, with its document and section.
	Source string
	Grade  Grade
	// Profiles are those the check belongs to; none means the RFC alone.
	Profiles []Profile
	// Needs are what the server must have for the check to make sense. A server
	// that says it lacks one has the check skipped. A Must that needs nothing is
	// never skipped.
	Needs []Need
	// Alone says that the check must not run beside others, because it looks at
	// what all of them change.
	Alone bool
	// Run does the requests. The first thing that is not as it should be ends it.
	Run func(s *Session)
}

// Grade says how much it matters that a check fails.
type Grade string

// The grades. A failed Must or Client makes the run fail; a Should is only
// reported.
const (
	Must   Grade = "MUST"   // the RFC says MUST, SHALL or leaves no choice
	Should Grade = "SHOULD" // the RFC says SHOULD, or what is said is common sense
	Client Grade = "CLIENT" // a client depends on it, whatever the RFC says
)

// Profile is a set of checks that can be asked for.
type Profile string

// The profiles.
const (
	RFC   Profile = "rfc"
	Okta  Profile = "okta"
	Entra Profile = "entra"
)

// Need is something that a server may lack: one of the constants, or an
// attribute, see [Attribute].
type Need string

// What servers may lack. The first seven are announced in the
// ServiceProviderConfig (RFC 7643 section 5, RFC 9865 section 4), Groups and
// Enterprise in ResourceTypes, Integer and Decimal in Schemas; Search is asked for
// once, and lacking if answered 501.
const (
	Patch          Need = "patch"
	Bulk           Need = "bulk"
	Filter         Need = "filter"
	Sort           Need = "sort"
	ETag           Need = "etag"
	ChangePassword Need = "changePassword"
	Cursor         Need = "cursor"
	Groups         Need = "groups"
	Enterprise     Need = "enterprise"
	Search         Need = "search"
	Integer        Need = "a writable integer attribute of users"
	Decimal        Need = "a writable decimal attribute of users"
)

// Attribute is the need of an attribute that the server's schema must list:
// Attribute("User", "title"), Attribute("Group", "members"), Attribute("EnterpriseUser", "manager").
func Attribute(schema, name string) Need { return Need(schema + "." + name) }

// In says whether the check belongs to a profile.
func (c Check) In(p Profile) bool {
	if len(c.Profiles) == 0 {
		return p == RFC
	}
	return slices.Contains(c.Profiles, p)
}

// Checks returns all checks of this package, in the order in which they run.
func Checks() []Check {
	return slices.Concat(
		discoveryChecks,
		authChecks,
		createChecks,
		attributeChecks,
		readChecks,
		projectionChecks,
		methodChecks,
		replaceChecks,
		deleteChecks,
		patchChecks,
		patchAddChecks,
		patchRemoveChecks,
		patchReplaceChecks,
		filterChecks,
		filterPathChecks,
		listChecks,
		sortChecks,
		cursorChecks,
		searchChecks,
		etagChecks,
		bulkChecks,
		groupChecks,
		robustChecks,
		clientChecks(),
	)
}
