// Package config reads the YAML of Muster: process settings, destinations,
// sources, lookup tables, jobs, and the connections that are pushed.
//
// It is strict. An unknown key, a wrong type, a name that refers to nothing and
// a combination that makes no sense are all found at once, each as a [Fault]
// with its line and column, and with what to do about it.
//
//	text ──parse──► tree ──bind──► File ──check──► File ──Connection──► bridge.Connection
//	                  │              │               │                        │
//	                  └──────────────┴──── Faults ───┴────────────────────────┘
//
// A [Client] is a connection that is pushed. Each of its streams is checked and
// compiled as the job that it is, with the template's rules for pushes and with
// the columns that every pushed resource has: File.Stream.
//
// Secrets are never written in the file: they are references, ${env:NAME} or
// ${file:PATH}, and they never show up in a Fault.
package config
