package conformance

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
	"unicode/utf8"
)

const (
	requestLimit = 10 * time.Second
	answerLimit  = 32 << 20
	bodyKept     = 64 << 10 // of each body, in the report
	large        = 256 << 10
)

// Exchange is one request and its answer, as the report shows them. The token
// is masked wherever it stands, bodies are cut at 64 KiB.
type Exchange struct {
	Method string        `json:"method"`
	URL    string        `json:"url"`
	Header http.Header   `json:"requestHeader,omitempty"`
	Body   string        `json:"requestBody,omitempty"`
	Status int           `json:"status,omitempty"` // 0 if there was no answer
	Answer http.Header   `json:"answerHeader,omitempty"`
	Text   string        `json:"answerBody,omitempty"`
	Error  string        `json:"error,omitempty"`
	Took   time.Duration `json:"nanoseconds"`
}

// query writes pairs of names and values, with %20 for a space as the clients do.
func query(pairs []string) string {
	if len(pairs) == 0 {
		return ""
	}
	terms := make([]string, 0, len(pairs)/2)
	for i := 0; i+1 < len(pairs); i += 2 {
		terms = append(terms, url.QueryEscape(pairs[i])+"="+strings.ReplaceAll(url.QueryEscape(pairs[i+1]), "+", "%20"))
	}
	return "?" + strings.Join(terms, "&")
}

// encode makes a body: text and bytes as they are, everything else as JSON.
func encode(body any) ([]byte, error) {
	switch b := body.(type) {
	case nil:
		return nil, nil
	case []byte:
		return b, nil
	case string:
		return []byte(b), nil
	}
	return json.Marshal(body)
}

// exchange sends one request and reads its answer. A large body is sent again
// if the server closed the connection while it was under way: whether its
// answer is seen then is a matter of luck.
func (t *Target) exchange(ctx context.Context, method, at string, header http.Header, body []byte) (Exchange, []byte, error) {
	x := Exchange{Method: method, URL: t.mask(at), Header: header.Clone(), Body: t.mask(printable(body))}
	for name, values := range x.Header {
		for i := range values {
			x.Header[name][i] = t.mask(values[i])
		}
	}
	if x.Header.Get("Authorization") != "" {
		x.Header.Set("Authorization", "***")
	}
	begin := time.Now()
	text, err := t.roundTrip(ctx, &x, at, header, body)
	for tries := 1; err != nil && ctx.Err() == nil && len(body) > large && tries < 4; tries++ {
		text, err = t.roundTrip(ctx, &x, at, header, body)
	}
	x.Took = time.Since(begin)
	if err != nil {
		x.Error = t.mask(err.Error())
		return x, nil, err
	}
	x.Text = t.mask(printable(text))
	return x, text, nil
}

// roundTrip notes status and header in the exchange, and returns the body.
func (t *Target) roundTrip(ctx context.Context, x *Exchange, at string, header http.Header, body []byte) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, requestLimit)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, x.Method, at, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	request.Header = header.Clone()
	answer, err := t.client.Do(request)
	if err != nil {
		return nil, err
	}
	defer func() { _ = answer.Body.Close() }()
	x.Status, x.Answer = answer.StatusCode, answer.Header
	return io.ReadAll(io.LimitReader(answer.Body, answerLimit))
}

// mask takes the token out of a text. One of a few letters is no secret, and
// would be found in every word.
func (t *Target) mask(s string) string {
	const shortest = 6
	if len(t.token) < shortest {
		return s
	}
	return strings.ReplaceAll(s, t.token, "***")
}

// printable is a body for the report.
func printable(body []byte) string {
	text := cut(string(body), bodyKept)
	if !utf8.ValidString(text) {
		return fmt.Sprintf("%q", text)
	}
	return text
}

// String is the exchange as people write it: request line, body, status line, body.
func (x Exchange) String() string {
	const shown = 1500
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s\n", x.Method, cut(x.URL, 600))
	for _, name := range []string{"Content-Type", "Accept", "If-Match", "If-None-Match"} {
		if v := x.Header.Get(name); v != "" {
			fmt.Fprintf(&b, "%s: %s\n", name, v)
		}
	}
	if x.Body != "" {
		fmt.Fprintf(&b, "%s\n", cut(x.Body, shown))
	}
	if x.Error != "" {
		fmt.Fprintf(&b, "-> no answer: %s\n", cut(x.Error, shown))
		return b.String()
	}
	fmt.Fprintf(&b, "-> %d %s (%s)\n", x.Status, http.StatusText(x.Status), x.Took.Round(time.Millisecond))
	for _, name := range []string{"Content-Type", "Location", "Etag", "Allow", "Www-Authenticate", "Retry-After"} {
		if v := x.Answer.Get(name); v != "" {
			fmt.Fprintf(&b, "%s: %s\n", name, v)
		}
	}
	if x.Text != "" {
		fmt.Fprintf(&b, "%s\n", cut(x.Text, shown))
	}
	return b.String()
}
