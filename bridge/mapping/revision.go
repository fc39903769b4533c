package mapping

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
)

// languageVersion changes whenever the same rules may give other results.
const languageVersion = 1

// revision hashes everything that influences results, in one fixed form.
func revision(spec Spec, rules []*compiledRule) string {
	state := struct {
		Version                           int
		Columns                           []Column
		Fields                            map[string]string
		Rules                             []Rule
		Where, Container, Enabled, Member string
		Tables                            map[string]map[string]string
		Zone, Country, Domain             string
	}{
		Version: languageVersion, Columns: spec.Columns.list, Fields: spec.Fields,
		Where: spec.Where, Container: spec.Container, Enabled: spec.Enabled, Member: spec.Members,
		Tables: spec.Tables, Zone: zoneOf(spec).String(), Country: spec.Country, Domain: spec.Domain,
	}
	for _, r := range rules {
		state.Rules = append(state.Rules, r.rule)
	}
	text, err := json.Marshal(state)
	if err != nil {
		return "" // texts, numbers and maps of texts always marshal
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}
