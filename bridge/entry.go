package bridge

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"time"
	"unicode/utf8"
)

// Values are the values of one attribute: bytes, held as strings. In JSON a
// value that is not valid UTF-8 is written as {"base64": "..."}.
type Values []string

// Attributes are the values of an entry by attribute name, in the spelling of
// the destination's schema.
type Attributes map[string]Values

// AccountState says whether an account may sign in.
type AccountState string

// The account states. Contacts and groups have none.
const (
	NoAccount AccountState = ""
	Enabled   AccountState = "enabled"
	Disabled  AccountState = "disabled"
)

// Entry is one directory object, as it is or as it should be.
type Entry struct {
	ID         string       `json:"id,omitempty"` // immutable: objectGUID or entryUUID in lower-case text form
	Type       ObjectType   `json:"type"`
	Name       string       `json:"name"`      // the value of its RDN, unescaped
	Container  string       `json:"container"` // the DN of its parent
	DN         string       `json:"dn"`
	State      AccountState `json:"state,omitempty"`
	Protected  string       `json:"protected,omitempty"` // why it must never be changed; "" when it may
	Created    time.Time    `json:"created,omitzero"`    // by the directory's clock
	Attributes Attributes   `json:"attributes"`
}

// MarshalJSON writes text as strings and other bytes as {"base64": "..."}.
func (v Values) MarshalJSON() ([]byte, error) {
	out := make([]any, len(v))
	for i, s := range v {
		if utf8.ValidString(s) {
			out[i] = s
			continue
		}
		out[i] = map[string]string{"base64": base64.StdEncoding.EncodeToString([]byte(s))}
	}
	return json.Marshal(out)
}

// UnmarshalJSON reads what MarshalJSON wrote.
func (v *Values) UnmarshalJSON(b []byte) error {
	var in []json.RawMessage
	if err := json.Unmarshal(b, &in); err != nil {
		return err
	}
	*v = make(Values, len(in))
	for i, raw := range in {
		if json.Unmarshal(raw, &(*v)[i]) == nil {
			continue
		}
		var coded struct {
			Base64 []byte `json:"base64"`
		}
		if err := json.Unmarshal(raw, &coded); err != nil {
			return fmt.Errorf("value %d: %w", i+1, err)
		}
		(*v)[i] = string(coded.Base64)
	}
	return nil
}
