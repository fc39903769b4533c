package config

// Test is one input row and what the mapping should make of it.
type Test struct {
	Name      string          `yaml:"name" need:"yes"` // for people
	Now       string          `yaml:"now"`             // the instant of the test; 2026-01-01 by default
	Row       map[string]Cell `yaml:"row" need:"yes"`  // column -> value
	Want      map[string]Cell `yaml:"want"`            // attribute -> value, list of values, or null for none
	Container *string         `yaml:"container"`       // the DN of the container wanted
	Enabled   *bool           `yaml:"enabled"`         // the account state wanted
	Selected  *bool           `yaml:"selected"`        // whether the row is wanted to be selected
	Members   List            `yaml:"members"`         // the member keys wanted
	Faults    List            `yaml:"faults"`          // a part of the message of each fault
}
