// Package conformance holds any SCIM 2.0 server to RFC 7643, RFC 7644, RFC 9865
// and to what Okta and Microsoft Entra ID send.
//
//	url, token -> Open (discovery) -> Run: each Check with a Session of its own -> Report -> text, JSON, JUnit
//
// A [Check] is one sentence of a standard or of a client's document, and the
// requests that find out whether a server keeps it. A [Session] is what a check
// works with: a small HTTP client that records every exchange, knows which
// resources the check made, and deletes them when it ends, however it ends. A
// check never touches what it did not make: every name it sends begins with a
// prefix that is new for each run.
//
// A check that finds otherwise ends at once, as a test does at its first fatal
// error: the verbs of Session and [Answer] need no error to be passed on, and a
// check reads like the sequence of requests it is.
//
// The package imports nothing of Muster, so that what it says of Muster's own
// door is worth as much as what it says of any other.
package conformance
