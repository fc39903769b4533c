package sheet

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/ianaindex"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"

	"github.com/muster-idm/muster/bridge"
	"github.com/muster-idm/muster/pull"
)

// decoded returns the text of a file as UTF-8: by its setting, else by its byte
// order mark, else as UTF-8 if all of it is. Nothing is ever guessed.
func (f *file) decoded() (io.Reader, error) {
	start := make([]byte, 4)
	n, err := f.ReadAt(start, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, bridge.Wrap(bridge.Unavailable, err, "%s: the file cannot be read", f.name)
	}
	start = start[:n]
	in := io.NewSectionReader(f.File, 0, f.found.Size())
	switch name := f.settings.Encoding; {
	case name != "":
		e, err := encodingNamed(name)
		if err != nil {
			return nil, f.errorf(bridge.Invalid, "there is no encoding %q; utf-8, utf-16le, windows-1252 and iso-8859-15 are some", pull.Cut(name))
		}
		return transform.NewReader(in, unicode.BOMOverride(e.NewDecoder())), nil
	case bytes.HasPrefix(start, []byte("\xEF\xBB\xBF")), bytes.HasPrefix(start, []byte("\xFF\xFE")), bytes.HasPrefix(start, []byte("\xFE\xFF")):
		return transform.NewReader(in, unicode.BOMOverride(unicode.UTF8.NewDecoder())), nil
	}
	sample, err := invalid(in)
	switch {
	case err != nil:
		return nil, bridge.Wrap(bridge.Unavailable, err, "%s: the file cannot be read", f.name)
	case sample != nil:
		return nil, f.errorf(bridge.Invalid, "the text is not UTF-8 and its encoding is never guessed. Set encoding: windows-1252 if this reads well: %q; or iso-8859-2 if this does: %q",
			readAs(charmap.Windows1252, sample), readAs(charmap.ISO8859_2, sample))
	}
	if _, err := in.Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	return in, nil
}

// encodingNamed knows the names of the IANA registry.
func encodingNamed(name string) (encoding.Encoding, error) {
	switch strings.ToLower(name) {
	case "utf-8", "utf8":
		return unicode.UTF8, nil
	case "utf-16le":
		return unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM), nil
	case "utf-16be":
		return unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM), nil
	}
	e, err := ianaindex.IANA.Encoding(name)
	if err == nil && e == nil {
		err = errors.New("not supported")
	}
	return e, err
}

// invalid returns what stands around the first byte that is not UTF-8, nil if
// all is.
func invalid(in io.Reader) ([]byte, error) {
	buffer := make([]byte, 64<<10)
	kept := 0
	for {
		n, err := in.Read(buffer[kept:])
		text := buffer[:kept+n]
		at := 0
		for at < len(text) {
			r, size := utf8.DecodeRune(text[at:])
			if r == utf8.RuneError && size == 1 {
				if err == nil && !utf8.FullRune(text[at:]) {
					break // the rest of the character comes with the next bytes
				}
				return bytes.Clone(text[max(0, at-12):min(len(text), at+12)]), nil
			}
			at += size
		}
		kept = copy(buffer, text[at:])
		if errors.Is(err, io.EOF) {
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
	}
}

func readAs(e encoding.Encoding, sample []byte) string {
	text, err := e.NewDecoder().Bytes(sample)
	if err != nil {
		return ""
	}
	return strings.Join(strings.Fields(string(text)), " ")
}
