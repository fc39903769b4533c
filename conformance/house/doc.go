// Package house holds the rules of ARCHITECTURE.md and STYLE.md that a program
// can check, and is run as a test. [Rules] lists them. Each rule reads a [Tree]
// and returns what breaks it; testdata holds, for each rule, a small tree that
// breaks it and what the rule must say.
package house
