// Package auth says who is asking: a client by its bearer token, an
// administrator by OpenID Connect.
//
// A client of a connection shows either a [Token] that Muster made, or a JWT
// access token of an [Issuer] that the connection names. Both are told apart by
// their form, and both end in a [Client]:
//
//	Authorization ─ credential ─┬─ muster_ID_SECRET ─► Tokens (the store) ─┬─► Client{Connection, ID, Scopes}
//	                            └─ JWT ─► Issuer (go-oidc, keys) ──────────┘
//	                                                     │ anything wrong
//	                                                     ▼
//	                                      limits (count failures) ─► *Error{Kind}
//
// Whatever is wrong with a credential, the sentence that goes out is the same;
// the cause is for the log. No secret is in either.
package auth
