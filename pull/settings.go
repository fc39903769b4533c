package pull

import "time"

// The kinds of sources.
const (
	SQLite = "sqlite"
	XLSX   = "xlsx"
	CSV    = "csv" // also .tsv and other delimited text
)

// Settings say where a source is and how it is read.
type Settings struct {
	Name string // the source's name in the configuration
	Kind string // SQLite, XLSX or CSV
	Path string // the file

	Encoding  string // CSV: "utf-8", "utf-16le", "windows-1252", "iso-8859-15" ...; "" = found by BOM or valid UTF-8
	Delimiter string // CSV: one character or "tab"; "" = found
	Decimal   string // sheets: decimal sign of numbers written as text, "." (default) or ","

	DateForm string // sheets: how dates are written as text, as in "dd.MM.yyyy"; ISO 8601 is always understood

	Zone    *time.Location // of dates and times that state none; nil = UTC
	Timeout time.Duration  // of one statement; 0 = none but the context's
	MaxAge  time.Duration  // files: older is an error; 0 = any age
	Settle  time.Duration  // files: must not have changed for this long; 0 = not checked before reading
	MaxSize int64          // files: bytes after unpacking; 0 = 2 GiB
}

// Label names the source in messages: its name, else its path.
func (s Settings) Label() string {
	if s.Name != "" {
		return "source " + s.Name
	}
	return s.Path
}

// Location returns the zone, UTC when there is none.
func (s Settings) Location() *time.Location {
	if s.Zone == nil {
		return time.UTC
	}
	return s.Zone
}
