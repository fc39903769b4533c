package scim

import (
	"encoding/json"
	"mime"
	"net/http"
	"strings"
)

// mediaType is that of every answer (RFC 7644, section 8.1).
const mediaType = "application/scim+json"

// answer remembers the status that was written.
type answer struct {
	http.ResponseWriter
	status int
}

// write writes an answer with a body; nil is none.
func (a *answer) write(status int, body []byte) {
	a.status = status
	if body != nil {
		a.Header().Set("Content-Type", mediaType)
	}
	a.WriteHeader(status)
	if body != nil {
		_, _ = a.Write(body) // the client has gone away: there is nobody to tell
	}
}

// writeJSON writes a value as JSON.
func (a *answer) writeJSON(status int, value any) error {
	body, err := json.Marshal(value)
	if err != nil {
		return err
	}
	a.write(status, body)
	return nil
}

// acceptable says whether an Accept header takes SCIM's answers. What cannot be
// read is taken for yes.
func acceptable(accept string) bool {
	for part := range strings.SplitSeq(accept, ",") {
		name, parameters, err := mime.ParseMediaType(part)
		if err != nil {
			return true
		}
		kind, sub, _ := strings.Cut(name, "/")
		fits := kind == "*" || kind == "application" && (sub == "*" || sub == "json" || sub == "scim+json")
		if fits && parameters["q"] != "0" {
			return true
		}
	}
	return false
}
