package config

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"

	"github.com/muster-idm/muster/bridge"
	"github.com/muster-idm/muster/pull"
)

// revision identifies everything about a connection that influences its plans:
// what is read, mapping and lookup tables, match, scope, policy, limits and
// approval. How the file is written does not change it.
func revision(c *bridge.Connection, job *Job) string {
	state := struct {
		Name, Destination string
		Type              bridge.ObjectType
		Source            string
		Selection         pull.Selection
		Mapping           string
		Match, Scope      []string
		MembersFrom       []string
		Members           bridge.MemberPolicy
		Policy            bridge.Policy
		Limits            bridge.Limits
		Approval          bool
	}{
		c.Name, c.Destination, c.Type, job.Source, job.Selection(), c.Mapping.Revision(),
		c.Match, c.Scope, c.MembersFrom, c.Members, c.Policy, c.Limits, c.Approval,
	}
	text, err := json.Marshal(state)
	if err != nil {
		return "" // texts, numbers and lists of them always marshal
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}
