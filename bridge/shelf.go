package bridge

import (
	"encoding/binary"
	"time"
)

// shelf holds many entries in little memory: each as one run of bytes, found by
// ID and by the values of the match attributes.
type shelf struct {
	attributes []string
	match      []string
	places     map[string]int32 // entry ID to place
	values     map[string][]int32
	rows       [][]byte
}

func newShelf(attributes, match []string) *shelf {
	return &shelf{attributes: attributes, match: match, places: map[string]int32{}, values: map[string][]int32{}}
}

func (s *shelf) put(e Entry) {
	if _, twice := s.places[e.ID]; twice {
		return
	}
	place := int32(len(s.rows))
	s.places[e.ID] = place
	for _, name := range s.match {
		for _, value := range e.Attributes[name] {
			at := matchKey(name, value)
			if len(s.values[at]) < 2 { // two are ambiguous already
				s.values[at] = append(s.values[at], place)
			}
		}
	}
	s.rows = append(s.rows, s.encode(e))
}

func matchKey(attribute, value string) string { return attribute + "\x00" + folded(value) }

func (s *shelf) byID(id string) (Entry, bool) {
	place, ok := s.places[id]
	if !ok {
		return Entry{}, false
	}
	return s.decode(s.rows[place]), true
}

func (s *shelf) find(attribute, value string) []Entry {
	var out []Entry
	for _, place := range s.values[matchKey(attribute, value)] {
		out = append(out, s.decode(s.rows[place]))
	}
	return out
}

// encode writes the entry as length-prefixed texts. The bytes are this shelf's
// own and never leave it.
func (s *shelf) encode(e Entry) []byte {
	b := make([]byte, 0, 256)
	for _, text := range []string{e.ID, string(e.Type), e.Name, e.Container, e.DN, string(e.State), e.Protected} {
		b = appendText(b, text)
	}
	b = binary.AppendVarint(b, e.Created.Unix())
	for _, name := range s.attributes {
		values := e.Attributes[name]
		b = binary.AppendUvarint(b, uint64(len(values)))
		for _, v := range values {
			b = appendText(b, v)
		}
	}
	return append(make([]byte, 0, len(b)), b...)
}

func appendText(b []byte, text string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(text))), text...)
}

func (s *shelf) decode(row []byte) Entry {
	r := shelfReader{rest: row}
	e := Entry{ID: r.text(), Type: ObjectType(r.text()), Name: r.text(), Container: r.text(), DN: r.text(),
		State: AccountState(r.text()), Protected: r.text()}
	created, n := binary.Varint(r.rest)
	r.rest = r.rest[n:]
	e.Created = time.Unix(created, 0).UTC()
	e.Attributes = make(Attributes, len(s.attributes))
	for _, name := range s.attributes {
		if n := r.number(); n > 0 {
			values := make(Values, n)
			for i := range values {
				values[i] = r.text()
			}
			e.Attributes[name] = values
		}
	}
	return e
}

type shelfReader struct{ rest []byte }

func (r *shelfReader) number() int {
	n, size := binary.Uvarint(r.rest)
	r.rest = r.rest[size:]
	return int(n)
}

func (r *shelfReader) text() string {
	n := r.number()
	text := string(r.rest[:n])
	r.rest = r.rest[n:]
	return text
}
