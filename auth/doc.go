// Package auth says who is asking: a client by its bearer token, an
// administrator by OpenID Connect.
package auth
