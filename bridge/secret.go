package bridge

// Secret is a text that prints as "***" wherever it is formatted, logged or
// marshalled.
type Secret struct{ text string }

// NewSecret wraps a secret text.
func NewSecret(text string) Secret { return Secret{text: text} }

// Reveal returns the secret itself; call it only where it is handed over.
func (s Secret) Reveal() string { return s.text }

// IsZero says whether there is no secret.
func (s Secret) IsZero() bool { return s.text == "" }

// String returns "***", or "" when there is no secret.
func (s Secret) String() string {
	if s.text == "" {
		return ""
	}
	return "***"
}

// GoString returns what String returns, so that %#v does not leak.
func (s Secret) GoString() string { return s.String() }

// MarshalText returns what String returns.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText takes the secret as it is written.
func (s *Secret) UnmarshalText(b []byte) error {
	s.text = string(b)
	return nil
}
