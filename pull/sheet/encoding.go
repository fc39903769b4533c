package sheet

import (
	"bytes"
	"errors"
	"fmt"
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

// marks are the byte order marks and what they say.
var marks = []struct {
	mark, name string
}{
	{"\xEF\xBB\xBF", "utf-8"}, {"\xFF\xFE", "utf-16le"}, {"\xFE\xFF", "utf-16be"},
}

// likely are the encodings that a file without mark and setting is shown in.
var likely = []struct {
	name string
	in   encoding.Encoding
}{
	{"windows-1252", charmap.Windows1252}, {"windows-1250", charmap.Windows1250}, {"windows-1251", charmap.Windows1251},
	{"iso-8859-15", charmap.ISO8859_15}, {"ibm850", charmap.CodePage850}, {"macintosh", charmap.Macintosh},
}

// decoded returns the text of the file as UTF-8, behind its byte order mark,
// and whether a byte that the encoding does not know has become U+FFFD. The
// encoding is the one set, or what the mark says, or UTF-8 if all of the file
// is; nothing is guessed.
func (f *file) decoded() (text io.Reader, replaced bool, err error) {
	mark, name, err := f.mark()
	if err != nil {
		return nil, false, err
	}
	want := strings.ToLower(strings.ReplaceAll(f.settings.Encoding, "_", "-"))
	if want == "" {
		want = name
	}
	if name != "" && !strings.HasPrefix(strings.ReplaceAll(name, "-", ""), strings.ReplaceAll(want, "-", "")) {
		return nil, false, f.errorf(bridge.Invalid, "the encoding is set to %s, but the file's first bytes say %s; correct the encoding, or leave it out", pull.Cut(want), name)
	}
	if name != "" {
		want = name
	}
	if want == "" {
		if err := f.allUTF8(); err != nil {
			return nil, false, err
		}
	}
	if _, err := f.Seek(int64(mark), io.SeekStart); err != nil {
		return nil, false, bridge.Wrap(bridge.Unavailable, err, "%s: the file cannot be read", f.name)
	}
	if want == "" || want == "utf-8" || want == "utf8" {
		return f.File, false, nil
	}
	known, err := named(want)
	if err != nil {
		return nil, false, f.errorf(bridge.Unsupported, "the encoding %q is not known; examples are utf-8, utf-16le, windows-1252 and iso-8859-15", pull.Cut(want))
	}
	return transform.NewReader(f.File, known.NewDecoder()), true, nil
}

func named(name string) (encoding.Encoding, error) {
	switch name {
	case "utf-16", "utf16", "utf-16le", "utf16le":
		return unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM), nil
	case "utf-16be", "utf16be":
		return unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM), nil
	}
	known, err := ianaindex.IANA.Encoding(name)
	if err == nil && known == nil {
		err = errors.New("not supported")
	}
	return known, err
}

func (f *file) mark() (length int, name string, err error) {
	start := make([]byte, 3)
	n, err := f.ReadAt(start, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return 0, "", bridge.Wrap(bridge.Unavailable, err, "%s: the file cannot be read", f.name)
	}
	for _, m := range marks {
		if bytes.HasPrefix(start[:n], []byte(m.mark)) {
			return len(m.mark), m.name, nil
		}
	}
	return 0, "", nil
}

// allUTF8 reads the whole file before anything is made of it.
func (f *file) allUTF8() error {
	window := make([]byte, 256<<10)
	kept, at := 0, int64(0) // at: where the window begins in the file
	for {
		n, err := f.Read(window[kept:])
		bad, rest := invalid(window[:kept+n], errors.Is(err, io.EOF))
		if bad >= 0 {
			return f.notUTF8(at + int64(bad))
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return bridge.Wrap(bridge.Unavailable, err, "%s: the file cannot be read", f.name)
		}
		at += int64(rest)
		kept = copy(window, window[rest:kept+n])
	}
}

// invalid returns the first byte that is not UTF-8, or a NUL, -1 if there is
// none; and where a character begins that goes on behind the bytes.
func invalid(b []byte, last bool) (bad, rest int) {
	rest = len(b)
	if !last {
		for i := 1; i < utf8.UTFMax && i <= len(b); i++ {
			if c := b[len(b)-i]; utf8.RuneStart(c) {
				if !utf8.FullRune(b[len(b)-i:]) {
					rest = len(b) - i
				}
				break
			}
		}
	}
	if utf8.Valid(b[:rest]) && bytes.IndexByte(b[:rest], 0) < 0 {
		return -1, rest
	}
	for i := 0; i < rest; {
		r, size := utf8.DecodeRune(b[i:rest])
		if r == 0 || r == utf8.RuneError && size == 1 {
			return i, rest
		}
		i += size
	}
	return -1, rest
}

// notUTF8 shows what the text around a byte would be in the likely encodings.
func (f *file) notUTF8(at int64) error {
	around := make([]byte, 48)
	from := max(0, at-16)
	n, _ := f.ReadAt(around, from)
	around = around[:n]
	if bytes.IndexByte(around, 0) >= 0 {
		return f.errorf(bridge.Invalid, "the file is not UTF-8: there is a NUL at byte %d. It may be UTF-16 without a byte order mark; give its encoding, utf-16le or utf-16be", at)
	}
	line := 1 + f.linesBefore(at)
	word := wordAround(around, int(at-from))
	var samples []string
	for _, l := range likely {
		if text, err := l.in.NewDecoder().Bytes(word); err == nil {
			samples = append(samples, fmt.Sprintf("%s would read %q", l.name, pull.Cut(string(text))))
		}
	}
	return f.errorf(bridge.Invalid, "line %d is not UTF-8, and no encoding is set; it is not guessed. Set the encoding of the source to the one that reads right: %s", line, strings.Join(samples, ", "))
}

func (f *file) linesBefore(at int64) int {
	in := io.NewSectionReader(f.File, 0, at)
	window := make([]byte, 64<<10)
	lines := 0
	for {
		n, err := in.Read(window)
		lines += bytes.Count(window[:n], []byte{'\n'})
		if err != nil {
			return lines
		}
	}
}

// wordAround returns what stands between the delimiters around a byte.
func wordAround(text []byte, at int) []byte {
	ends := func(c byte) bool { return strings.IndexByte(",;\t|\r\n\"", c) >= 0 }
	from, to := at, at
	for from > 0 && !ends(text[from-1]) {
		from--
	}
	for to < len(text) && !ends(text[to]) {
		to++
	}
	return text[from:to]
}
