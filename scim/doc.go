// Package scim is the door through which identity providers push users and
// groups: a SCIM 2.0 service provider (RFC 7643, RFC 7644, RFC 9865).
package scim
