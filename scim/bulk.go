package scim

import (
	"encoding/json"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"github.com/muster-idm/muster/bridge"
	"github.com/muster-idm/muster/scim/patch"
	"github.com/muster-idm/muster/scim/schema"
)

const (
	bulkURN      = "urn:ietf:params:scim:api:messages:2.0:BulkRequest"
	bulkAnswer   = "urn:ietf:params:scim:api:messages:2.0:BulkResponse"
	bulkIDPrefix = "bulkId:"
)

// bulkRequest is the body of a bulk request (RFC 7644, section 3.7).
type bulkRequest struct {
	Schemas      []string        `json:"schemas"`
	FailOnErrors int             `json:"failOnErrors"`
	Operations   []bulkOperation `json:"operations"`
}

type bulkOperation struct {
	Method  string          `json:"method"`
	BulkID  string          `json:"bulkId"`
	Version string          `json:"version"`
	Path    string          `json:"path"`
	Data    json.RawMessage `json:"data"`
}

// bulkResult is what became of one operation.
type bulkResult struct {
	Method   string          `json:"method"`
	BulkID   string          `json:"bulkId,omitempty"`
	Version  string          `json:"version,omitempty"`
	Location string          `json:"location,omitempty"`
	Status   string          `json:"status"`
	Response json.RawMessage `json:"response,omitempty"`
}

// batch is a bulk request being done.
type batch struct {
	*request
	operations []bulkOperation
	makers     map[string]int    // bulkId to its operation
	ids        map[string]string // bulkId to the id of the resource
	done       map[string]bool   // bulkIds whose resource is there
	results    []*bulkResult     // in the order of the operations
	errors     int
}

// bulk answers POST of /Bulk. Operations are done in their order, but what others
// name by its bulkId goes before them. Two that name each other get their ids
// before either is made; the reference to the later one waits for it.
func (rq *request) bulk() error {
	in, err := rq.bulkRequest()
	if err != nil {
		return err
	}
	b := &batch{request: rq, operations: in.Operations, makers: map[string]int{}, ids: map[string]string{}, done: map[string]bool{}, results: make([]*bulkResult, len(in.Operations))}
	for i, o := range b.operations {
		if _, twice := b.makers[o.BulkID]; twice && o.BulkID != "" {
			return invalid(schema.InvalidValue, "the bulkId %q occurs twice", excerpt(o.BulkID))
		}
		b.makers[o.BulkID] = i
		if o.BulkID != "" && strings.EqualFold(o.Method, http.MethodPost) {
			b.ids[o.BulkID] = uuid.NewString()
		}
	}
	for i := range b.operations {
		b.do(i, map[int]bool{})
		if in.FailOnErrors > 0 && b.errors >= in.FailOnErrors {
			break
		}
	}
	results := slices.DeleteFunc(b.results, func(r *bulkResult) bool { return r == nil })
	return rq.answer.writeJSON(statusOK, map[string]any{"schemas": []string{bulkAnswer}, "Operations": results})
}

func (rq *request) bulkRequest() (bulkRequest, error) {
	var in bulkRequest
	body, err := rq.read(rq.client.Bounds.BulkBody)
	if err != nil {
		return in, err
	}
	if _, err := schema.Decode(body); err != nil {
		return in, err
	}
	if err := json.Unmarshal(body, &in); err != nil {
		return in, invalid(schema.InvalidSyntax, "the bulk request has a field of the wrong type")
	}
	switch {
	case !slices.ContainsFunc(in.Schemas, func(urn string) bool { return strings.EqualFold(urn, bulkURN) }):
		return in, invalid(schema.InvalidSyntax, "schemas of a bulk request is [%q]", bulkURN)
	case len(in.Operations) == 0:
		return in, invalid(schema.InvalidValue, "a bulk request has at least one operation")
	case len(in.Operations) > rq.client.Bounds.Operations:
		return in, tooManyOperations(len(in.Operations), rq.client.Bounds.Operations)
	}
	return in, nil
}

// do does an operation, after those that it names. under are those that wait for
// it already: a circle is not followed twice.
func (b *batch) do(i int, under map[int]bool) {
	if b.results[i] != nil || under[i] {
		return
	}
	under[i] = true
	o := b.operations[i]
	for _, found := range bulkReference.FindAllStringSubmatch(o.Path+`"`+string(o.Data), -1) {
		if j, ok := b.makers[found[1]]; ok {
			b.do(j, under)
		}
	}
	result := &bulkResult{Method: strings.ToUpper(o.Method), BulkID: o.BulkID}
	b.results[i] = result
	one := *b.request
	one.id = b.id + "#" + strconv.Itoa(i+1)
	if err := b.perform(&one, o, result); err != nil {
		p := problemOf(err, b.client.Ways.OverLimit)
		result.Status, result.Response = strconv.Itoa(p.status), p.body()
		b.errors++
	}
}

// bulkReference finds what an operation refers to.
var bulkReference = regexp.MustCompile(bulkIDPrefix + `([^"/\\]+)`)

// perform does one operation.
func (b *batch) perform(rq *request, o bulkOperation, result *bulkResult) error {
	s, id, err := b.target(o)
	if err != nil {
		return err
	}
	data, err := b.resolved(o.Data)
	if err != nil {
		return err
	}
	var p bridge.Pushed
	status := statusOK
	switch method := strings.ToUpper(o.Method); {
	case method == http.MethodPost && id == "":
		if o.BulkID == "" {
			return invalid(schema.InvalidValue, "POST in a bulk request has a bulkId")
		}
		status = statusCreated
		p, err = b.post(rq, s, o.BulkID, data)
	case method == http.MethodPut && id != "":
		var d draft
		if d, err = rq.draftOf(s, data); err == nil {
			p, err = rq.put(rq.Context(), s, id, d, o.Version)
		}
	case method == http.MethodPatch && id != "":
		var operations []patch.Operation
		if operations, err = patch.Parse(data, s.Type); err == nil {
			p, err = rq.change(rq.Context(), s, id, operations, o.Version)
		}
	case method == http.MethodDelete && id != "":
		status = statusNoContent
		err = rq.drop(rq.Context(), s, id, o.Version)
		p.ID = id
	default:
		return invalid(schema.InvalidValue, "%s %s is no operation of a bulk request", excerpt(o.Method), excerpt(o.Path))
	}
	if err != nil {
		return err
	}
	result.Status, result.Location = strconv.Itoa(status), b.base+s.Type.Endpoint+"/"+p.ID
	if status != statusNoContent {
		result.Version = version(p)
	}
	return nil
}

func (b *batch) post(rq *request, s *Stream, bulkID string, data []byte) (bridge.Pushed, error) {
	d, err := rq.draftOf(s, data)
	if err != nil {
		return bridge.Pushed{}, err
	}
	p, err := rq.add(rq.Context(), s, d, b.ids[bulkID])
	if err == nil {
		b.ids[bulkID], b.done[bulkID] = p.ID, true
	}
	return p, err
}

// target reads the path of an operation.
func (b *batch) target(o bulkOperation) (*Stream, string, error) {
	for _, s := range b.client.streams() {
		if o.Path == s.Type.Endpoint {
			return s, "", nil
		}
		id, ok := strings.CutPrefix(o.Path, s.Type.Endpoint+"/")
		if !ok || id == "" || strings.Contains(id, "/") {
			continue
		}
		if bulkID, ok := strings.CutPrefix(id, bulkIDPrefix); ok {
			if !b.done[bulkID] {
				return nil, "", invalid(schema.InvalidValue, "the bulkId %q names no resource that this request made", excerpt(bulkID))
			}
			id = b.ids[bulkID]
		}
		return s, id, nil
	}
	return nil, "", notFound("there is nothing at %q", excerpt(o.Path))
}

// resolved puts ids in the place of bulkIds (RFC 7644, section 3.7.2).
func (b *batch) resolved(data json.RawMessage) ([]byte, error) {
	if !strings.Contains(string(data), bulkIDPrefix) {
		return data, nil
	}
	value, err := schema.Decode(data)
	if err != nil {
		return nil, err
	}
	if value, err = b.replaced(value); err != nil {
		return nil, err
	}
	return json.Marshal(value)
}

func (b *batch) replaced(value any) (any, error) {
	var err error
	switch v := value.(type) {
	case string:
		bulkID, ok := strings.CutPrefix(v, bulkIDPrefix)
		if !ok {
			return v, nil
		}
		id, known := b.ids[bulkID]
		if !known {
			return nil, invalid(schema.InvalidValue, "the bulkId %q is not of this request", excerpt(bulkID))
		}
		return id, nil
	case []any:
		for i := range v {
			if v[i], err = b.replaced(v[i]); err != nil {
				return nil, err
			}
		}
	case map[string]any:
		for name := range v {
			if v[name], err = b.replaced(v[name]); err != nil {
				return nil, err
			}
		}
	}
	return value, nil
}
