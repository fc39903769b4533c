package bridge

// Severity says what a finding does to its record.
type Severity string

// The severities.
const (
	Fault   Severity = "fault"   // the record is left untouched
	Warning Severity = "warning" // the record is planned, but somebody should look
	Note    Severity = "note"    // a value was corrected
)

// Finding is a record that cannot be planned, or a doubt about one.
type Finding struct {
	Severity  Severity `json:"severity"`
	Code      string   `json:"code"` // groups findings that are mended the same way: "duplicate-key", "ambiguous-match", "too-long" ...
	Key       string   `json:"key,omitempty"`
	Where     string   `json:"where,omitempty"`
	Attribute string   `json:"attribute,omitempty"`
	Column    string   `json:"column,omitempty"`
	Value     string   `json:"value,omitempty"` // "***" when sensitive
	Message   string   `json:"message"`
	Hint      string   `json:"hint,omitempty"` // what to do
}
