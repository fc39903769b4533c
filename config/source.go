package config

import (
	"fmt"
	"time"
	"unicode/utf8"

	"github.com/muster-idm/muster/pull"
)

// Source is a place that people and groups are read from.
type Source struct {
	Name      string   `yaml:"name" need:"yes"`                         // by which jobs name it
	Type      string   `yaml:"type" need:"yes" oneof:"sqlite xlsx csv"` // what kind of place it is
	Path      Path     `yaml:"path" need:"yes"`                         // the file
	Encoding  string   `yaml:"encoding"`                                // csv: utf-8, windows-1252 ...; found when absent
	Delimiter string   `yaml:"delimiter"`                               // csv: one character, or "tab"; found when absent
	Decimal   string   `yaml:"decimal"`                                 // csv, xlsx: decimal sign of numbers written as text
	DateForm  string   `yaml:"date_form"`                               // csv, xlsx: how dates are written as text, "dd.MM.yyyy"
	Zone      string   `yaml:"zone"`                                    // of dates and times that state none; UTC by default
	Timeout   Duration `yaml:"timeout"`                                 // sqlite: of one statement
	MaxAge    Duration `yaml:"max_age"`                                 // csv, xlsx: an older file is an error
	Settle    Duration `yaml:"settle"`                                  // csv, xlsx: the file must not have changed for this long
	MaxSizeMB int      `yaml:"max_size_mb"`                             // csv, xlsx: after unpacking; 2048 by default
}

// Settings returns the source as package pull opens it.
func (s *Source) Settings() pull.Settings {
	zone, err := time.LoadLocation(s.Zone)
	if err != nil {
		zone = time.UTC // Parse refuses a zone that does not exist
	}
	return pull.Settings{
		Name: s.Name, Kind: s.Type, Path: string(s.Path), Encoding: s.Encoding, Delimiter: s.Delimiter, Decimal: s.Decimal,
		DateForm: s.DateForm, Zone: zone, Timeout: time.Duration(s.Timeout), MaxAge: time.Duration(s.MaxAge),
		Settle: time.Duration(s.Settle), MaxSize: int64(s.MaxSizeMB) << 20,
	}
}

// sourceKeys says for which types of source a key means something.
var sourceKeys = map[string][]string{
	"encoding": {pull.CSV}, "delimiter": {pull.CSV}, "timeout": {pull.SQLite},
	"decimal": {pull.CSV, pull.XLSX}, "date_form": {pull.CSV, pull.XLSX}, "max_age": {pull.CSV, pull.XLSX},
	"settle": {pull.CSV, pull.XLSX}, "max_size_mb": {pull.CSV, pull.XLSX},
}

func (s *Source) check(r *reader, path string) {
	r.name(path+".name", s.Name)
	r.zone(path+".zone", s.Zone)
	r.onlyFor(path, s.Type, sourceKeys)
	if s.Delimiter != "" && s.Delimiter != "tab" && utf8.RuneCountInString(s.Delimiter) != 1 {
		r.fault(path+".delimiter", "delimiter: this is not one character", `for example ";", or tab`)
	}
	if s.Decimal != "" && s.Decimal != "." && s.Decimal != "," {
		r.fault(path+".decimal", `decimal: this is neither "." nor ","`, "")
	}
	if s.MaxSizeMB < 0 || s.MaxSizeMB > 1<<20 {
		r.fault(path+".max_size_mb", fmt.Sprintf("max_size_mb: %d is not from 1 to %d", s.MaxSizeMB, 1<<20), "")
	}
}
