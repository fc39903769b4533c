package sheet

import (
	"archive/zip"
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"path"
	"strings"

	"github.com/muster-idm/muster/bridge"
	"github.com/muster-idm/muster/pull"
)

// workbook is an open .xlsx file.
type workbook struct {
	*file
	ctx     context.Context // of the read that opened it
	parts   map[string]*zip.File
	unread  int64 // bytes that may still be unpacked
	sheets  []sheetPart
	epoch   int // 1900 or 1904: the year that dates are counted from
	formats []format
	window  *bufio.Reader // shared by the parts that are read one after another
	shared  []any         // texts, each put into an interface once and not per cell
}

// sheetPart is one sheet of a workbook.
type sheetPart struct {
	name   string
	path   string
	hidden bool
}

const (
	maxParts  = 10_000
	maxShared = 512 << 20 // bytes of memory for the shared strings
)

func openWorkbook(ctx context.Context, f *file) (*workbook, error) {
	if err := f.recognise(); err != nil {
		return nil, err
	}
	archive, err := zip.NewReader(f.File, f.found.Size())
	if err != nil {
		return nil, bridge.Wrap(bridge.Invalid, err, "%s: the file is cut short or damaged; it may still be written, or was not copied to its end", f.name)
	}
	if len(archive.File) > maxParts {
		return nil, f.errorf(bridge.TooLarge, "the file has %d parts; no workbook has so many", len(archive.File))
	}
	w := &workbook{file: f, ctx: ctx, parts: make(map[string]*zip.File, len(archive.File)), unread: f.limit(), epoch: 1900}
	for _, part := range archive.File {
		w.parts[partKey(part.Name)] = part
	}
	return w, w.readParts()
}

func partKey(name string) string {
	return strings.ToLower(strings.TrimPrefix(path.Clean(strings.ReplaceAll(name, `\`, "/")), "/"))
}

// recognise says what the file is when it is no workbook.
func (f *file) recognise() error {
	start := make([]byte, 8)
	n, err := f.ReadAt(start, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return bridge.Wrap(bridge.Unavailable, err, "%s: the file cannot be read", f.name)
	}
	switch start = start[:n]; {
	case bytes.HasPrefix(start, []byte("PK\x03\x04")), bytes.HasPrefix(start, []byte("PK\x05\x06")):
		return nil
	case !bytes.Equal(start, []byte("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1")):
		return f.errorf(bridge.Invalid, "this is no Excel workbook, whatever its name says; open it in Excel and save it as .xlsx, or read it as csv")
	}
	encrypted, err := f.contains("E\x00n\x00c\x00r\x00y\x00p\x00t\x00e\x00d\x00P\x00a\x00c\x00k\x00a\x00g\x00e\x00")
	if err != nil {
		return bridge.Wrap(bridge.Unavailable, err, "%s: the file cannot be read", f.name)
	}
	if encrypted {
		return f.errorf(bridge.Unsupported, "the workbook is protected with a password; save it without one (File, Info, Protect Workbook, Encrypt with Password, leave it empty)")
	}
	return f.errorf(bridge.Unsupported, "this is a workbook of the old .xls format; open it in Excel and save it as .xlsx")
}

// contains looks for a mark in the first 64 MiB of the file.
func (f *file) contains(mark string) (bool, error) {
	in := io.NewSectionReader(f.File, 0, 64<<20)
	window := make([]byte, 64<<10)
	kept := 0
	for {
		n, err := in.Read(window[kept:])
		if bytes.Contains(window[:kept+n], []byte(mark)) {
			return true, nil
		}
		if err == io.EOF {
			return false, nil
		}
		if err != nil {
			return false, err
		}
		end := kept + n
		kept = copy(window, window[max(0, end-len(mark)):end])
	}
}

// readParts reads all but the sheets themselves.
func (w *workbook) readParts() error {
	main := "xl/workbook.xml"
	relations, err := w.relations("_rels/.rels", "")
	if err != nil {
		return err
	}
	for _, r := range relations {
		if strings.HasSuffix(r.kind, "/officeDocument") {
			main = r.target
		}
	}
	if _, ok := w.parts[partKey(main)]; !ok {
		return w.errorf(bridge.Unsupported, "this is no .xlsx workbook; if it is .xlsb or .ods, save it as .xlsx")
	}
	if strings.HasSuffix(main, ".bin") {
		return w.errorf(bridge.Unsupported, "this is a workbook of the binary .xlsb format; save it as .xlsx")
	}
	dir := path.Dir(main)
	relations, err = w.relations(path.Join(dir, "_rels", path.Base(main)+".rels"), dir)
	if err != nil {
		return err
	}
	if err := w.readSheets(main, relations); err != nil {
		return err
	}
	for _, r := range relations {
		switch {
		case strings.HasSuffix(r.kind, "/styles"):
			err = w.readStyles(r.target)
		case strings.HasSuffix(r.kind, "/sharedStrings"):
			err = w.readShared(r.target)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// relation says where a part of a part is.
type relation struct{ id, kind, target string }

// relations reads a part's list of others; the part may lack one.
func (w *workbook) relations(name, dir string) ([]relation, error) {
	if _, ok := w.parts[partKey(name)]; !ok {
		return nil, nil
	}
	var list []relation
	return list, w.each(name, func(s *scanner) error {
		if string(s.tag) != "Relationship" {
			return nil
		}
		r := relation{id: string(plain(s.attribute("Id"))), kind: string(s.attribute("Type")), target: string(plain(s.attribute("Target")))}
		if !strings.HasPrefix(r.target, "/") {
			r.target = path.Join(dir, r.target)
		}
		if list = append(list, r); len(list) > maxParts {
			return errMarkup
		}
		return nil
	})
}

func (w *workbook) readSheets(main string, relations []relation) error {
	err := w.each(main, func(s *scanner) error {
		switch string(s.tag) {
		case "workbookPr":
			if v := string(s.attribute("date1904")); v == "1" || v == "true" {
				w.epoch = 1904
			}
		case "sheet":
			state := string(s.attribute("state"))
			part := sheetPart{name: string(plain(s.attribute("name"))), hidden: state == "hidden" || state == "veryHidden"}
			id := string(plain(s.attribute("id")))
			for _, r := range relations {
				if r.id == id && strings.HasSuffix(r.kind, "/worksheet") {
					part.path = r.target
				}
			}
			if part.path != "" { // else a chart on a sheet of its own
				w.sheets = append(w.sheets, part)
			}
		}
		if len(w.sheets) > maxParts {
			return errMarkup
		}
		return nil
	})
	if err == nil && len(w.sheets) == 0 {
		return w.errorf(bridge.Invalid, "the workbook has no sheets")
	}
	return err
}

func (w *workbook) readShared(name string) error {
	size := 0
	var text []byte
	phonetic := false
	err := w.each(name, func(s *scanner) error {
		switch string(s.tag) {
		case "si":
			text = text[:0]
			if !s.self {
				return nil
			}
			w.shared = append(w.shared, "")
		case "rPh":
			phonetic = !s.self
		case "/rPh":
			phonetic = false // a reading aid above the text, not part of it
		case "/t":
			if !phonetic {
				text = append(text, s.text...)
			}
			return nil
		case "/si":
			w.shared = append(w.shared, excelText(text))
		default:
			return nil
		}
		size += len(text) + 48
		if size > maxShared {
			return w.errorf(bridge.TooLarge, "the texts of the workbook take more than %d MiB; split it, or export it as csv", maxShared>>20)
		}
		if len(text) > longest {
			return errTooLong
		}
		return nil
	})
	return err
}

// each calls f at every tag of a part.
func (w *workbook) each(name string, f func(*scanner) error) error {
	part, err := w.open(name)
	if err != nil {
		return err
	}
	defer part.Close()
	s := w.scanner(part)
	for {
		err := s.next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err == nil {
			err = f(s)
		}
		if err != nil {
			return w.damaged(name, err)
		}
	}
}

// scanner reads a part that is closed before the next one is opened.
func (w *workbook) scanner(r io.Reader) *scanner {
	if w.window == nil {
		w.window = bufio.NewReaderSize(r, longest)
	}
	w.window.Reset(r)
	return &scanner{in: w.window}
}

// damaged says what is wrong with a part.
func (w *workbook) damaged(name string, err error) error {
	var known *bridge.Error
	switch {
	case errors.As(err, &known):
		return err
	case errors.Is(err, errTooLong):
		return bridge.Wrap(bridge.TooLarge, err, "%s: %s cannot be read", w.name, name)
	}
	return bridge.Wrap(bridge.Invalid, err, "%s: %s cannot be read to its end; the file may still be written, or was not copied whole", w.name, name)
}

// open opens a part for reading within the limits.
func (w *workbook) open(name string) (io.ReadCloser, error) {
	part, ok := w.parts[partKey(name)]
	if !ok {
		return nil, w.errorf(bridge.Invalid, "the part %s is missing; the file is damaged", pull.Cut(name))
	}
	r, err := part.Open()
	if err != nil {
		return nil, bridge.Wrap(bridge.Unsupported, err, "%s: %s is packed in a way that is not read; save the workbook again", w.name, name)
	}
	return &metered{w: w, r: r}, nil
}

// metered counts what is unpacked and stops when it is too much, or when nobody
// waits for it any more.
type metered struct {
	w *workbook
	r io.ReadCloser
}

// Read reads from the part.
func (m *metered) Read(b []byte) (int, error) {
	if err := context.Cause(m.w.ctx); err != nil {
		return 0, bridge.Wrap(bridge.Unavailable, err, "%s: reading was stopped before its end", m.w.name)
	}
	n, err := m.r.Read(b)
	if m.w.unread -= int64(n); m.w.unread < 0 {
		return 0, m.w.errorf(bridge.TooLarge, "the file unpacks to more than %d MiB; raise max_size_mb if that is what it should be", m.w.limit()>>20)
	}
	return n, err
}

// Close closes the part.
func (m *metered) Close() error { return m.r.Close() }
