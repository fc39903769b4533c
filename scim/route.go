package scim

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/gorilla/mux"
)

// route is one row of the door's table.
type route struct {
	path   string // below the connection's root; "{type}" stands for each endpoint of a resource type
	method string
	writes bool
	handle handler
}

// table is every route of the door. What is not here is 404, and a method that
// is not here 405.
func table() []route {
	return []route{
		{"{type}", http.MethodPost, true, (*request).create},
		{"{type}", http.MethodGet, false, (*request).list},
		{"{type}/.search", http.MethodPost, false, (*request).search},
		{"{type}/{id}", http.MethodGet, false, (*request).get},
		{"{type}/{id}", http.MethodPut, true, (*request).replace},
		{"{type}/{id}", http.MethodPatch, true, (*request).patch},
		{"{type}/{id}", http.MethodDelete, true, (*request).remove},
		{"/", http.MethodGet, false, (*request).listAll},
		{"/.search", http.MethodPost, false, (*request).searchAll},
		{"/Bulk", http.MethodPost, true, (*request).bulk},
		{"/ServiceProviderConfig", http.MethodGet, false, (*request).capabilities},
		{"/ResourceTypes", http.MethodGet, false, (*request).resourceTypes},
		{"/ResourceTypes/{id}", http.MethodGet, false, (*request).resourceType},
		{"/Schemas", http.MethodGet, false, (*request).schemas},
		{"/Schemas/{id}", http.MethodGet, false, (*request).schema},
	}
}

// mePath is an alias that needs a person who signed in; a client is none.
const mePath = "/Me"

// routes makes the router: the table below each root, once for each endpoint.
func (s *Server) routes() http.Handler {
	router := mux.NewRouter().UseEncodedPath()
	for _, root := range []string{"/scim/v2", "/scim/{connection}/v2"} {
		methods := map[string][]string{}
		var order []string
		for _, r := range table() {
			for _, endpoint := range endpoints(r.path) {
				path := root + strings.ReplaceAll(r.path, "{type}", endpoint)
				if methods[path] == nil {
					order = append(order, path)
				}
				methods[path] = append(methods[path], methodsOf(r.method)...)
				handle := s.serve(r.writes, r.path, ofType(endpoint, r.handle))
				for _, spelling := range spellings(path) {
					router.Path(spelling).Methods(methodsOf(r.method)...).HandlerFunc(handle)
				}
			}
		}
		for _, path := range order {
			handle := s.serve(false, path, refusing(only(methods[path])))
			for _, spelling := range spellings(path) {
				router.Path(spelling).HandlerFunc(handle)
			}
		}
		router.Path(root + mePath).HandlerFunc(s.serve(false, mePath, (*request).me))
		router.Path(root + mePath + "/").HandlerFunc(s.serve(false, mePath, (*request).me))
		router.PathPrefix(root).HandlerFunc(s.serve(false, "none", (*request).nowhere))
	}
	router.NotFoundHandler = s.serve(false, "none", (*request).nowhere)
	return router
}

// methodsOf returns a method with those that come with it: who answers GET
// answers HEAD (RFC 9110, section 9.1); net/http leaves out the body.
func methodsOf(method string) []string {
	if method == http.MethodGet {
		return []string{method, http.MethodHead}
	}
	return []string{method}
}

// endpoints are those that "{type}" stands for; one that is empty when the path
// has none.
func endpoints(path string) []string {
	if strings.HasPrefix(path, "{type}") {
		return []string{"/Users", "/Groups"}
	}
	return []string{""}
}

// spellings are the forms of a path that clients send: some end it with a slash.
func spellings(path string) []string {
	if trimmed := strings.TrimSuffix(path, "/"); trimmed != path {
		return []string{trimmed, path}
	}
	return []string{path, path + "/"}
}

// ofType puts the stream of an endpoint into the request.
func ofType(endpoint string, handle handler) handler {
	if endpoint == "" {
		return handle
	}
	return func(rq *request) error {
		for _, stream := range rq.client.streams() {
			if stream.Type.Endpoint == endpoint {
				rq.stream = stream
				return handle(rq)
			}
		}
		return notFound("connection %s has no %s", rq.client.Name, strings.TrimPrefix(endpoint, "/"))
	}
}

// refusing answers every method that a path does not have.
func refusing(allowed []string) handler {
	return func(rq *request) error { return wrongMethod(rq.Method, allowed) }
}

// nowhere answers a path that is none.
func (rq *request) nowhere() error { return notFound("there is nothing at this path") }

// me answers the alias of the person who signed in (RFC 7644, section 3.11).
func (rq *request) me() error {
	return notImplemented("/Me stands for a person who signed in; a provisioning client is none")
}

// pathID is the id in the path, unescaped once: the router sees the path as it
// was sent, so that an escaped slash is part of the id.
func (rq *request) pathID() string {
	id := mux.Vars(rq.Request)["id"]
	plain, err := url.PathUnescape(id)
	if err != nil {
		return id // net/http has refused what cannot be unescaped
	}
	return plain
}
