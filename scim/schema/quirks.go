package schema

// The tables of what clients send that the RFCs do not foresee. A row says what
// is taken for what, and who sends it.

// alias is another spelling of a schema's URN.
type alias struct {
	sent  string
	meant string // the URN of the schema; "" = the core schema of whatever type is asked for
	by    string
}

const (
	userURN       = "urn:ietf:params:scim:schemas:core:2.0:User"
	groupURN      = "urn:ietf:params:scim:schemas:core:2.0:Group"
	enterpriseURN = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
)

var aliases = []alias{
	{"urn:scim:schemas:core:2.0", "", "OneLogin: the URN of a draft, without ietf:params and without the type"},
	{"urn:scim:schemas:core:1.0", "", "Google Workspace: the URN of SCIM 1.1, beside the core URN"},
	{"urn:scim:schemas:extension:enterprise:2.0", enterpriseURN, "OneLogin: the URN of a draft"},
	{"urn:ietf:params:scim:schemas:extension:enterprise:2.0User", enterpriseURN, "Entra's second documented example: a colon is missing"},
}

// separator stands between a schema's URN and the name of an attribute.
type separator struct {
	sent byte
	by   string
}

var separators = []separator{
	{':', "RFC 7644, section 3.10"},
	{'.', "Entra jobs created before 2018-12-18: urn:...:User.manager"},
}

// spoken is a boolean that was sent as a string.
type spoken struct {
	sent  string
	meant bool
	by    string
}

var booleans = []spoken{
	{"True", true, "Entra's validator: roles[0].primary"},
	{"False", false, "Entra without aadOptscim062020: active"},
	{"true", true, "clients that keep all values as text, in JSON's spelling"},
	{"false", false, "clients that keep all values as text, in JSON's spelling"},
}

// boolean returns what a string means as a boolean.
func boolean(sent string) (meant, ok bool) {
	for _, b := range booleans {
		if b.sent == sent {
			return b.meant, true
		}
	}
	return false, false
}
