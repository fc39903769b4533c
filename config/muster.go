package config

// Muster are the settings of the process itself. They live only in the file.
type Muster struct {
	Store Path   `yaml:"store"`                             // the SQLite file; .muster/muster.db beside the file by default
	Log   string `yaml:"log" oneof:"debug info warn error"` // how much is logged; info by default
}

func (m *Muster) defaults(r *reader) {
	if m.Store == "" {
		m.Store = r.resolve(".muster/muster.db")
	}
	if m.Log == "" {
		m.Log = "info"
	}
}
