package mutant

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
)

// Edit alters one exchange.
type Edit func(*Exchange) error

// Code gives the answer another status.
func Code(status int) Edit {
	return func(x *Exchange) error {
		x.Status = status
		return nil
	}
}

// Head gives the answer another header; "" takes it away.
func Head(name, value string) Edit {
	return func(x *Exchange) error {
		setHeader(x.Header, name, value)
		return nil
	}
}

// AskHead gives the request another header; "" takes it away.
func AskHead(name, value string) Edit {
	return func(x *Exchange) error {
		setHeader(x.Request.Header, name, value)
		return nil
	}
}

func setHeader(h http.Header, name, value string) {
	h.Del(name)
	if value != "" {
		h.Set(name, value)
	}
}

// Body gives the answer another body.
func Body(text string) Edit {
	return func(x *Exchange) error {
		x.Body = []byte(text)
		return nil
	}
}

// Text replaces what matches in the body of the answer.
func Text(pattern, replacement string) Edit {
	expression := regexp.MustCompile(pattern)
	return func(x *Exchange) error {
		x.Body = expression.ReplaceAll(x.Body, []byte(replacement))
		return nil
	}
}

// AskText replaces what matches in the body of the request.
func AskText(pattern, replacement string) Edit {
	expression := regexp.MustCompile(pattern)
	return func(x *Exchange) error {
		x.Sent = expression.ReplaceAll(x.Sent, []byte(replacement))
		return nil
	}
}

// AskPath replaces what matches in the unescaped query of the request, and in
// its path.
func AskPath(pattern, replacement string) Edit {
	expression := regexp.MustCompile(pattern)
	return func(x *Exchange) error {
		path, query, _ := strings.Cut(expression.ReplaceAllString(x.path(), replacement), "?")
		x.Request.URL.Path, x.Request.URL.RawPath = path, ""
		x.Request.URL.RawQuery = escaped(query)
		return nil
	}
}

// escaped escapes the values of a query that was unescaped as a whole.
func escaped(query string) string {
	if query == "" {
		return ""
	}
	terms := strings.Split(query, "&")
	for i, term := range terms {
		name, value, ok := strings.Cut(term, "=")
		if ok {
			terms[i] = url.QueryEscape(name) + "=" + url.QueryEscape(value)
		}
	}
	return strings.Join(terms, "&")
}

// AskMethod sends the request with another method and, if that is GET, without
// its body: the effect of the request is lost.
func AskMethod(method string) Edit {
	return func(x *Exchange) error {
		x.Request.Method = method
		if method == http.MethodGet {
			x.Sent = nil
			x.Request.Header.Del("Content-Type")
		}
		return nil
	}
}

// Refuse answers an error without asking the server.
func Refuse(status int) Edit {
	return Instead(status, fmt.Sprintf(`{"schemas":["urn:ietf:params:scim:api:messages:2.0:Error"],"status":"%d","detail":"refused"}`, status))
}

// Instead answers without asking the server.
func Instead(status int, body string) Edit {
	return func(x *Exchange) error {
		x.Status, x.Body = status, []byte(body)
		x.Header = http.Header{}
		if body != "" {
			x.Header.Set("Content-Type", "application/scim+json")
		}
		return nil
	}
}

// Stale answers what was answered to the same request before, if it was asked before.
func Stale() Edit {
	return func(x *Exchange) error {
		if x.before != nil {
			x.Status, x.Header, x.Body = x.before.Status, x.before.Header.Clone(), x.before.Body
		}
		return nil
	}
}

// JSON alters the decoded body of the answer. A body that is no JSON stays.
func JSON(alter func(any) any) Edit {
	return func(x *Exchange) error {
		altered, err := alterJSON(x.Body, alter)
		x.Body = altered
		return err
	}
}

// AskJSON alters the decoded body of the request.
func AskJSON(alter func(any) any) Edit {
	return func(x *Exchange) error {
		altered, err := alterJSON(x.Sent, alter)
		x.Sent = altered
		return err
	}
}

func alterJSON(body []byte, alter func(any) any) ([]byte, error) {
	var value any
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.UseNumber()
	if decoder.Decode(&value) != nil {
		return body, nil // no JSON: there is nothing to alter
	}
	return json.Marshal(alter(value))
}

// IfEmpty does the edits if the answer is a list of nothing.
func IfEmpty(edits ...Edit) Edit { return ifTotal(func(n int) bool { return n == 0 }, edits) }

// IfFound does the edits if the answer is a list of something.
func IfFound(edits ...Edit) Edit { return ifTotal(func(n int) bool { return n > 0 }, edits) }

func ifTotal(due func(total int) bool, edits []Edit) Edit {
	return func(x *Exchange) error {
		var list struct {
			Total *int `json:"totalResults"`
		}
		if json.Unmarshal(x.Body, &list) != nil || list.Total == nil || !due(*list.Total) {
			return nil // no list of this kind
		}
		return apply(edits, x)
	}
}

// IfText does the edits if the body of the answer matches.
func IfText(pattern string, edits ...Edit) Edit {
	expression := regexp.MustCompile(pattern)
	return func(x *Exchange) error {
		if !expression.Match(x.Body) {
			return nil
		}
		return apply(edits, x)
	}
}
