// Package config reads the YAML of Muster: process settings, destinations,
// sources, lookup tables and jobs.
//
// It is strict. An unknown key, a wrong type, a name that refers to nothing and
// a combination that makes no sense are all found at once, each as a [Fault]
// with its line and column, and with what to do about it.
//
//	text ──parse──► tree ──bind──► File ──check──► File ──Connection──► bridge.Connection
//	                  │              │               │                        │
//	                  └──────────────┴──── Faults ───┴────────────────────────┘
//
// Secrets are never written in the file: they are references, ${env:NAME} or
// ${file:PATH}, and they never show up in a Fault.
package config
