// Package ldap reads and writes LDAP directories: a pool of verified
// connections to one server, DN and value rules, the schema, and a destination
// for plain LDAP servers such as OpenLDAP and 389 Directory Server (inetOrgPerson,
// groupOfNames, entryUUID).
//
// What another kind of directory does its own way it says in a [Dialect];
// package ad does so for Active Directory.
//
//	Settings ──► Dial ──► Pool ──► New(pool, Dialect) ──► Directory
//	                       │                                 │
//	                  one server, bound            List Get Find Rules Apply
//
// One Directory talks to one server from beginning to end, so that it reads
// what it wrote. It moves to the next URL only as long as it has written nothing.
//
// The state of an account is no standard of LDAP. A [StateRule] names the
// attribute and the value that lock an account at this server; without one,
// entries have no account state and a change of it is refused.
package ldap
