package render

import (
	"maps"
	"slices"

	"github.com/muster-idm/muster/bridge"
)

// maskChange replaces in a change, in place but never inside what it shares with
// others, every value that must not leave Muster.
func maskChange(c *bridge.Change, o Options) {
	secret := func(name string) bool { return o.Masked || sensitive(c, name) }
	c.Before = maskValues(c.Before, secret)
	c.After = maskValues(c.After, secret)
	c.References = slices.Clone(c.References)
	for i, r := range c.References {
		if secret(r.Attribute) {
			c.References[i] = bridge.Reference{Attribute: r.Attribute, Connection: r.Connection, Key: mask, DN: mask}
		}
	}
	c.Reserve = slices.Clone(c.Reserve)
	for i, r := range c.Reserve {
		if secret(r.Attribute) {
			c.Reserve[i].Folded = mask
		}
	}
	c.Notes = maps.Clone(c.Notes)
	maps.DeleteFunc(c.Notes, func(name string, _ []string) bool { return secret(name) })
	if o.Masked {
		maskNames(c)
	}
}

func maskValues(in bridge.Attributes, secret func(string) bool) bridge.Attributes {
	out := make(bridge.Attributes, len(in))
	for name, values := range in {
		if secret(name) && len(values) > 0 {
			values = bridge.Values{mask}
		}
		out[name] = values
	}
	return out
}

func maskNames(c *bridge.Change) {
	c.DN = mask
	if c.NewDN != "" {
		c.NewDN = mask
	}
	c.Members = slices.Clone(c.Members)
	for i := range c.Members {
		c.Members[i].DN = mask
	}
}

func maskedFindings(in []bridge.Finding) []bridge.Finding {
	out := slices.Clone(in)
	for i := range out {
		out[i].Message, out[i].Hint = mask, ""
		if out[i].Value != "" {
			out[i].Value = mask
		}
	}
	return out
}
