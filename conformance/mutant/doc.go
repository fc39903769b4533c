// Package mutant makes a good SCIM server bad in exactly one way, to show that
// each check of package conformance can fail. A Mutation is a row of data: which
// exchanges it concerns and what it does to them. A Mutant stands between the
// checks and the server, as an http.RoundTripper, and applies one of them.
//
// The tests of this package hold the table: a mutation for each check, and which
// other checks rest on what it alters. They run each check against its mutant,
// where it must fail, and every other check whose exchanges the mutation
// concerns, which must pass unless the table says that it depends on it.
package mutant
