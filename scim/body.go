package scim

import (
	"errors"
	"io"
	"mime"
	"net/http"

	"github.com/muster-idm/muster/bridge"
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
	return body, rq.takeRoom(len(body))
}

// How much room the bodies of one client have at once, in units. What is made of
// a body may be forty times as large, so that the largest ones take turns.
const (
	roomUnit = 256 << 10 // bytes; a smaller body takes none
	roomMost = 64
)

// takeRoom waits for room for a body, until the request is answered.
func (rq *request) takeRoom(size int) error {
	need := min(size/roomUnit, roomMost)
	if need == 0 {
		return nil
	}
	give, err := rq.turns.take(rq.Context(), "room "+rq.client.Name) // one after the other, so that no two wait for each other
	if err != nil {
		return err
	}
	defer give()
	for ; rq.room < need; rq.room++ {
		select {
		case rq.rooms[rq.client.Name] <- struct{}{}:
		case <-rq.Context().Done():
			return bridge.Wrap(bridge.Unavailable, rq.Context().Err(), "the request ended while it waited for another one")
		}
	}
	return nil
}

func (rq *request) leaveRoom() {
	for ; rq.room > 0; rq.room-- {
		<-rq.rooms[rq.client.Name]
	}
}
