package config

// Test is one input row and what the mapping should make of it.
type Test struct {
	Name      string          `yaml:"name" need:"yes"`
	Now       string          `yaml:"now"` // the instant of the test; 2026-01-01 by default
	Row       map[string]Cell `yaml:"row" need:"yes"`
	Want      map[string]Cell `yaml:"want"` // attribute -> value, list of values, or null for none
	Container *string         `yaml:"container"`
	Enabled   *bool           `yaml:"enabled"`
	Selected  *bool           `yaml:"selected"`
	Members   List            `yaml:"members"`
	Faults    List            `yaml:"faults"` // a part of the message of each fault
}
