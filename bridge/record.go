package bridge

import (
	"github.com/muster-idm/muster/bridge/mapping"
)

// ObjectType is what an entry stands for.
type ObjectType string

// The object types.
const (
	User    ObjectType = "User"
	Mailbox ObjectType = "Mailbox"
	Contact ObjectType = "Contact"
	Group   ObjectType = "Group"

	// OrgUnit is a container of entries. Records never have it: a plan creates
	// the containers that its entries need.
	OrgUnit ObjectType = "OrgUnit"
)

// Record is one person or group as its source states it.
type Record struct {
	Key      string      // unique within the connection; "" when it could not be read
	Row      mapping.Row // the source's columns and values
	Where    string      // where it stands in the source, for people: "people.xlsx, sheet Staff, row 17"
	Findings []Finding   // why it cannot be planned; it counts as present all the same
	Gone     bool        // the source itself says that it left (a pushed delete)
	Secrets  []string    // attributes whose values are handed in beside the plan
	Edit     *MemberEdit // of a group: only these members change, whatever the row says; nil: the row names them all
}
