// Package patch applies the operations of a PATCH request to a resource (RFC
// 7644, section 3.5.2), in the shapes that clients really send.
package patch
