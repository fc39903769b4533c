package config

import _ "embed"

//go:embed muster.schema.json
var schema []byte

// Schema is the JSON Schema of the file, for editors.
func Schema() []byte { return schema }
