package sheet

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"strconv"
	"unicode/utf8"
)

// longest is how many bytes one tag or the text between two may have. Excel
// allows 32,767 characters in a cell.
const longest = 1 << 20

var (
	errTooLong  = errors.New("a cell holds more text than a cell can")
	errCutShort = errors.New("the file is cut short")
	errMarkup   = errors.New("the file is damaged")
)

// scanner reads the tags of one XML part and the text before each. It knows as
// much of XML as spreadsheets use: no document types, so no entities of one's
// own. Memory does not grow with the part.
type scanner struct {
	in   *bufio.Reader
	tag  []byte // of the current tag: its name without prefix, "/" first when it ends
	rest []byte // its attributes
	text []byte // the text since the tag before
	self bool   // the tag ends itself
	long []byte // a tag put together from parts
}

func newScanner(r io.Reader) *scanner { return &scanner{in: bufio.NewReaderSize(r, longest)} }

// next reads on to the next tag; io.EOF after the last one.
func (s *scanner) next() error {
	s.text = s.text[:0]
	for {
		text, err := s.in.ReadSlice('<')
		if errors.Is(err, io.EOF) && len(bytes.TrimSpace(text)) == 0 {
			return io.EOF
		}
		if err != nil {
			return fault(err)
		}
		if s.text = append(s.text, text[:len(text)-1]...); len(s.text) > longest {
			return errTooLong
		}
		again, err := s.markup()
		if err != nil || !again {
			return err
		}
	}
}

// markup reads what follows a "<"; again says that it was no tag.
func (s *scanner) markup() (again bool, err error) {
	start, err := s.in.Peek(1)
	if err != nil {
		return false, fault(err)
	}
	switch start[0] {
	case '?':
		return true, s.skip("?>", false)
	case '!':
		start, err = s.in.Peek(8) // "!--" or "![CDATA["
		switch {
		case bytes.HasPrefix(start, []byte("!--")):
			return true, s.skip("-->", false)
		case bytes.Equal(start, []byte("![CDATA[")):
			return true, s.skip("]]>", true)
		case err != nil:
			return false, fault(err)
		}
		return false, errMarkup
	}
	return false, s.readTag()
}

func (s *scanner) readTag() error {
	tag, err := s.in.ReadSlice('>')
	if err != nil {
		return fault(err)
	}
	if open(tag) {
		if tag, err = s.quotedTag(tag); err != nil {
			return err
		}
	}
	tag = tag[:len(tag)-1]
	if s.self = bytes.HasSuffix(tag, []byte("/")); s.self {
		tag = tag[:len(tag)-1]
	}
	end := bytes.IndexAny(tag, " \t\r\n")
	if end < 0 {
		end = len(tag)
	}
	s.tag, s.rest = tag[:end], tag[end:]
	if colon := bytes.IndexByte(s.tag, ':'); colon >= 0 {
		closing := s.tag[0] == '/'
		if s.tag = s.tag[colon+1:]; closing {
			s.tag = append([]byte{'/'}, s.tag...)
		}
	}
	return nil
}

// open says whether an attribute value is not closed: a ">" may stand in it.
func open(tag []byte) bool {
	var quote byte
	for _, b := range tag {
		switch {
		case quote == 0 && (b == '"' || b == '\''):
			quote = b
		case b == quote:
			quote = 0
		}
	}
	return quote != 0
}

func (s *scanner) quotedTag(tag []byte) ([]byte, error) {
	s.long = append(s.long[:0], tag...)
	for open(s.long) {
		more, err := s.in.ReadSlice('>')
		if err != nil {
			return nil, fault(err)
		}
		if s.long = append(s.long, more...); len(s.long) > longest {
			return nil, errTooLong
		}
	}
	return s.long, nil
}

// skip reads past the end of a comment, an instruction or a CDATA section,
// whose text it keeps, with what would look like an entity made one.
func (s *scanner) skip(end string, keep bool) error {
	s.long = s.long[:0]
	for !bytes.HasSuffix(s.long, []byte(end)) {
		more, err := s.in.ReadSlice('>')
		if err != nil {
			return fault(err)
		}
		if s.long = append(s.long, more...); len(s.long) > longest {
			return errTooLong
		}
	}
	if keep {
		text := s.long[len("![CDATA[") : len(s.long)-len(end)]
		s.text = append(s.text, bytes.ReplaceAll(text, []byte("&"), []byte("&amp;"))...)
	}
	return nil
}

// fault says what an error of the reader means here.
func fault(err error) error {
	switch {
	case errors.Is(err, bufio.ErrBufferFull):
		return errTooLong
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return errCutShort
	}
	return err
}

// attribute returns the value of an attribute without its prefix, nil if the
// tag has none of the name.
func (s *scanner) attribute(name string) []byte {
	rest := s.rest
	for {
		rest = bytes.TrimLeft(rest, " \t\r\n")
		equal := bytes.IndexByte(rest, '=')
		if equal < 0 {
			return nil
		}
		key := bytes.TrimRight(rest[:equal], " \t\r\n")
		rest = bytes.TrimLeft(rest[equal+1:], " \t\r\n")
		if len(rest) == 0 || rest[0] != '"' && rest[0] != '\'' {
			return nil
		}
		end := bytes.IndexByte(rest[1:], rest[0])
		if end < 0 {
			return nil
		}
		value := rest[1 : end+1]
		rest = rest[end+2:]
		if colon := bytes.IndexByte(key, ':'); colon >= 0 && string(key[:colon]) != "xmlns" {
			key = key[colon+1:]
		}
		if string(key) == name {
			return value
		}
	}
}

// number returns an attribute as a whole number, or the default.
func (s *scanner) number(name string, without int) int {
	n, err := strconv.Atoi(string(s.attribute(name)))
	if err != nil {
		return without
	}
	return n
}

// plain returns text with its entities resolved.
func plain(text []byte) []byte {
	amp := bytes.IndexByte(text, '&')
	if amp < 0 {
		return text
	}
	out := append(make([]byte, 0, len(text)), text[:amp]...)
	for text = text[amp:]; len(text) > 0; {
		if end := bytes.IndexByte(text, ';'); text[0] == '&' && end > 0 {
			if r, ok := entity(string(text[1:end])); ok {
				out = utf8.AppendRune(out, r)
				text = text[end+1:]
				continue
			}
		}
		out = append(out, text[0])
		text = text[1:]
	}
	return out
}

func entity(name string) (rune, bool) {
	switch name {
	case "lt":
		return '<', true
	case "gt":
		return '>', true
	case "amp":
		return '&', true
	case "quot":
		return '"', true
	case "apos":
		return '\'', true
	}
	if len(name) < 2 || name[0] != '#' {
		return 0, false
	}
	digits, base := name[1:], 10
	if digits[0] == 'x' || digits[0] == 'X' {
		digits, base = digits[1:], 16
	}
	n, err := strconv.ParseUint(digits, base, 32)
	if err != nil || n > utf8.MaxRune {
		return 0, false
	}
	return rune(n), true
}

// excelText returns the text of a cell: entities resolved, and Excel's own way
// of writing control characters, _x000D_, as well.
func excelText(text []byte) string {
	text = plain(text)
	if !bytes.Contains(text, []byte("_x")) {
		return string(text)
	}
	var out []byte
	for i := 0; i < len(text); i++ {
		if i+7 <= len(text) && text[i] == '_' && text[i+1] == 'x' && text[i+6] == '_' {
			if n, err := strconv.ParseUint(string(text[i+2:i+6]), 16, 16); err == nil {
				out = utf8.AppendRune(out, rune(n))
				i += 6
				continue
			}
		}
		out = append(out, text[i])
	}
	return string(out)
}
