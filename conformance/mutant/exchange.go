package mutant

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

// Exchange is one request and its answer, while it is altered.
type Exchange struct {
	Request *http.Request
	Sent    []byte
	Status  int // 0 until answered; an Ask that sets it keeps the request from the server
	Header  http.Header
	Body    []byte

	before *Exchange // the last answer to the same request, nil if there was none
}

// open reads a request, so that its body can be looked at and altered.
func open(r *http.Request) (*Exchange, error) {
	x := &Exchange{Request: r.Clone(r.Context()), Header: http.Header{}}
	if r.Body == nil {
		return x, nil
	}
	sent, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, fmt.Errorf("reading the request: %w", err)
	}
	x.Sent = sent
	return x, r.Body.Close()
}

// path is the path with the query, as people read it.
func (x *Exchange) path() string {
	query, err := url.QueryUnescape(x.Request.URL.RawQuery)
	if err != nil {
		query = x.Request.URL.RawQuery
	}
	if query == "" {
		return x.Request.URL.Path
	}
	return x.Request.URL.Path + "?" + query
}

// send asks the server.
func (x *Exchange) send(next http.RoundTripper) error {
	r := x.Request.Clone(x.Request.Context())
	r.Body, r.ContentLength = http.NoBody, int64(len(x.Sent))
	if len(x.Sent) > 0 {
		r.Body = io.NopCloser(bytes.NewReader(x.Sent))
	}
	answer, err := next.RoundTrip(r)
	if err != nil {
		return err
	}
	x.Status, x.Header = answer.StatusCode, answer.Header
	if x.Body, err = io.ReadAll(answer.Body); err != nil {
		return fmt.Errorf("reading the answer: %w", err)
	}
	return answer.Body.Close()
}

// response is the answer as the client gets it.
func (x *Exchange) response(r *http.Request) *http.Response {
	header := x.Header.Clone()
	header.Set("Content-Length", strconv.Itoa(len(x.Body)))
	return &http.Response{
		Status: strings.TrimSpace(strconv.Itoa(x.Status) + " " + http.StatusText(x.Status)), StatusCode: x.Status,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: header, Body: io.NopCloser(bytes.NewReader(x.Body)), ContentLength: int64(len(x.Body)), Request: r,
	}
}
