// Package scim is the door through which identity providers push users and
// groups: a SCIM 2.0 service provider (RFC 7643, RFC 7644, RFC 9865).
//
// A POST of a user goes through five files, down and not back up:
//
//	route.go    POST /scim/v2/Users ─► (*request).create
//	server.go   who asks, what it may, how often; the one place where an error becomes an answer
//	write.go    body ─► draft (draft.go) ─► the turns of id and name ─► the resource that it is or comes back as
//	apply.go    bridge.Record ─► Planner.One ─► Applier.Push ─► kept with the outcome, or kept alone
//	view.go     what is kept ─► 201, Location, ETag
//
// What follows is done with no turn held (reference.go): groups and reports that
// named the user before it was there. Until that is written the user is half
// written, as is whatever failed midway; [Server.Reconcile] completes both. In
// mode review apply.go ends at review.go: the record is kept and waits.
//
// # The library
//
// github.com/elimity-com/scim gives the vocabulary: the schemas of RFC 7643 (in
// package schema), the error body and the names of its types. Its Server, which
// parses and validates before it calls a handler and writes what the handler
// returns, could serve a route where normalising the request before and projecting
// the answer after is all that it lacks. There is no such route:
//
//	route                     served by     what the Server of the library does, out of reach of both
//	POST {type}, PUT {type}   write, alter  drops in silence what it does not know, a second document and extensions in another case;
//	                                        answers 429 and 503 as 500, without Retry-After; shows the text of causes
//	PATCH {type}/{id}         alter.go,     refuses null, paths of extensions and brackets with more than two terms; accepts what is
//	                          patch         readOnly; has nothing that applies an operation
//	DELETE {type}/{id}        write.go      unescapes the id twice, so that another resource may be meant
//	GET {type}/{id}           list.go       the same; cannot answer 304
//	GET {type}, GET /,        list.go,      panics on emails eq, ends the process on many parentheses, never matches items and extensions;
//	POST .search              filter        sorts by nothing, has no cursors, counts what was asked for and not what is there
//	POST /Bulk                bulk.go       has no such route
//	/ServiceProviderConfig    discovery.go  cannot say that sort, etag, bulk, changePassword or cursors are there; answers POST and DELETE
//	/ResourceTypes, /Schemas  discovery.go  without meta, in pages, with a filter that it must refuse
//	/Me                       route.go      the same, 501; it stands here with its limits and its line in the log
//	all others                route.go      404 where the path has other methods and 405 is due
//
// docs/conformance.md lists which checks the library's own server fails.
package scim
