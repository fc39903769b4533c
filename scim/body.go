package scim

import (
	"errors"
	"io"
	"mime"
	"net/http"
)

// read returns the body of a request, at most limit bytes of it.
func (rq *request) read(limit int64) ([]byte, error) {
	if sent := rq.Header.Get("Content-Type"); sent != "" {
		name, _, err := mime.ParseMediaType(sent)
		if err != nil || name != mediaType && name != "application/json" {
			return nil, wrongType(sent)
		}
	}
	body, err := io.ReadAll(http.MaxBytesReader(rq.answer, rq.Body, limit))
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		return nil, tooLarge(limit)
	case err != nil:
		return nil, invalid("invalidSyntax", "the body ended early")
	}
	return body, nil
}
