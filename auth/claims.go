package auth

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// claims are the claims of a JWT whose signature is good.
type claims map[string]json.RawMessage

// valid checks exp, nbf and iat (RFC 7519 section 4.1). A token that never
// expires is refused.
func (c claims) valid(now time.Time) error {
	expires, err := c.instant("exp")
	issued, errIssued := c.instant("iat")
	from, errFrom := c.instant("nbf")
	if err := errors.Join(err, errIssued, errFrom); err != nil {
		return err
	}
	switch {
	case expires.IsZero():
		return errors.New("it has no expiry")
	case !now.Before(expires.Add(skew)):
		return errors.New("it expired at " + expires.Format(time.RFC3339))
	case from.After(now.Add(skew)):
		return errors.New("it is valid only from " + from.Format(time.RFC3339))
	case issued.After(now.Add(skew)):
		return errors.New("it was issued in the future, at " + issued.Format(time.RFC3339))
	}
	return nil
}

// latest bounds the instants that are believed: the year 9999.
const latest = 253402300799

// instant reads a NumericDate; zero if there is no such claim.
func (c claims) instant(name string) (time.Time, error) {
	raw, has := c[name]
	if !has {
		return time.Time{}, nil
	}
	var seconds *float64
	if err := json.Unmarshal(raw, &seconds); err != nil || seconds == nil || *seconds < 1 || *seconds > latest {
		return time.Time{}, fmt.Errorf("its claim %q is no instant", name)
	}
	return time.Unix(int64(*seconds), 0).UTC(), nil
}

// values are the values of a claim: the elements of a list, or the one it has,
// in words. A claim that is an object has none.
func (c claims) values(name string) []string {
	var list []json.RawMessage
	if err := json.Unmarshal(c[name], &list); err != nil {
		list = []json.RawMessage{c[name]}
	}
	var values []string
	for _, raw := range list {
		var one any
		if err := json.Unmarshal(raw, &one); err != nil {
			continue // the claim is missing
		}
		switch one := one.(type) {
		case string:
			values = append(values, one)
		case bool, float64:
			values = append(values, string(raw))
		}
	}
	return values
}

// grant returns what the token allows. A claim scope is one text with spaces
// (RFC 8693 section 4.2), as is scp of Entra; scp of Okta and roles are lists.
func (r ScopeRule) grant(c claims) []Scope {
	if len(r.Read) == 0 && len(r.Write) == 0 {
		return Scopes()
	}
	name := r.Claim
	for _, usual := range []string{"scp", "scope", "roles"} {
		if _, has := c[usual]; has && name == "" {
			name = usual
		}
	}
	granted := func(wanted []string) bool {
		return slices.ContainsFunc(c.values(name), func(v string) bool {
			return slices.ContainsFunc(strings.Fields(v), func(word string) bool { return slices.Contains(wanted, word) })
		})
	}
	switch {
	case granted(r.Write):
		return Scopes()
	case granted(r.Read):
		return []Scope{Read}
	}
	return nil
}
