package config_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/goccy/go-yaml"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/muster-idm/muster/bridge"
	"github.com/muster-idm/muster/bridge/mapping"
	"github.com/muster-idm/muster/config"
)

// The schema and the reference of keys are made from the structs and their
// comments, so that neither can say anything else than the code.
func TestTheSchemaIsThatOfTheStructs(t *testing.T) {
	s := &schemaMaker{comments: comments(t), defs: map[string]any{}}
	root := s.object(reflect.TypeFor[config.Document]())
	root["$schema"], root["title"], root["$defs"] = "https://json-schema.org/draft/2020-12/schema", "Muster", s.defs
	raw, err := json.MarshalIndent(root, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	same(t, "muster.schema.json", append(raw, '\n'))
	if !bytes.Equal(config.Schema(), append(raw, '\n')) && !*update {
		t.Error("the schema that is built in is another one")
	}
}

func TestTheReferenceNamesEveryKey(t *testing.T) {
	c := comments(t)
	same(t, "../docs/jobs.md", []byte(introduction+reference(c, jobSections)))
	same(t, "../docs/connections.md", []byte(connections+reference(c, connectionSections)+columnPage(t)))
}

func same(t *testing.T, path string, want []byte) {
	t.Helper()
	if *update {
		if err := os.WriteFile(path, want, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(path)
	if err != nil || !bytes.Equal(got, want) {
		t.Errorf("%s is not what the structs say (%v); run go test ./config -run 'Schema|Reference' -update", path, err)
	}
}

func TestEveryExampleFitsTheSchema(t *testing.T) {
	var parsed any
	if err := json.Unmarshal(config.Schema(), &parsed); err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("muster.json", parsed); err != nil {
		t.Fatal(err)
	}
	compiled, err := c.Compile("muster.json")
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob("../examples/*.yaml")
	if err != nil || len(files) < 3 {
		t.Fatalf("%d examples, %v", len(files), err)
	}
	for _, file := range files {
		if err := compiled.Validate(document(t, file)); err != nil {
			t.Errorf("%s: %v", file, err)
		}
	}
	if compiled.Validate(map[string]any{"version": 1.0, "jobs": []any{map[string]any{"name": "x", "colour": "red"}}}) == nil {
		t.Error("the schema takes an unknown key")
	}
}

// document reads YAML as the values that JSON would have.
func document(t *testing.T, file string) any {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := yaml.YAMLToJSON(text)
	if err != nil {
		t.Fatal(err)
	}
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	return value
}

// comments are the comments of struct fields by "Type.Field".
func comments(t *testing.T) map[string]string {
	t.Helper()
	out := map[string]string{}
	for _, pattern := range []string{"*.go", "../bridge/mapping/rule.go"} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			tree, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ParseComments)
			if err != nil {
				t.Fatal(err)
			}
			ast.Inspect(tree, func(n ast.Node) bool {
				spec, isType := n.(*ast.TypeSpec)
				if !isType {
					return true
				}
				if fields, isStruct := spec.Type.(*ast.StructType); isStruct {
					for _, f := range fields.Fields.List {
						for _, name := range f.Names {
							out[spec.Name.Name+"."+name.Name] = strings.TrimSpace(f.Comment.Text())
						}
					}
				}
				return true
			})
		}
	}
	return out
}

type schemaMaker struct {
	comments map[string]string
	defs     map[string]any
}

func key(f reflect.StructField) string {
	name, _, _ := strings.Cut(f.Tag.Get("yaml"), ",")
	return name
}

func (s *schemaMaker) object(t reflect.Type) map[string]any {
	properties, required := map[string]any{}, []string{}
	for i := range t.NumField() {
		f := t.Field(i)
		name := key(f)
		if name == "" || name == "-" {
			continue
		}
		p := s.value(f.Type)
		if words := f.Tag.Get("oneof"); words != "" {
			p["enum"] = strings.Fields(words)
		}
		if text := s.comments[t.Name()+"."+f.Name]; text != "" && p["$ref"] == nil {
			p["description"] = text
		}
		if f.Tag.Get("need") == "yes" {
			required = append(required, name)
		}
		properties[name] = p
	}
	out := map[string]any{"type": "object", "properties": properties, "additionalProperties": false}
	if len(required) > 0 {
		out["required"] = required
	}
	return out
}

func (s *schemaMaker) value(t reflect.Type) map[string]any {
	text := map[string]any{"type": "string"}
	scalars := []string{"string", "number", "boolean"}
	switch t {
	case reflect.TypeFor[bridge.Secret]():
		return map[string]any{"type": "string", "pattern": `^\$\{(env|file):.+\}$`}
	case reflect.TypeFor[config.List]():
		return map[string]any{"anyOf": []any{text, map[string]any{"type": "array", "items": text}}}
	case reflect.TypeFor[config.Cell]():
		return map[string]any{"type": append(scalars, "null", "array")}
	case reflect.TypeFor[config.Duration](), reflect.TypeFor[config.Percent](), reflect.TypeFor[config.Hourly](), reflect.TypeFor[config.Size]():
		return map[string]any{"type": []string{"string", "integer"}}
	case reflect.TypeFor[config.Bound]():
		return map[string]any{"type": []string{"integer", "string", "array"}}
	case reflect.TypeFor[config.Table]():
		return map[string]any{"anyOf": []any{text, map[string]any{"type": "object"}}}
	case reflect.TypeFor[config.Rule]():
		return map[string]any{"anyOf": []any{text, s.reference(reflect.TypeFor[mapping.Rule]())}}
	case reflect.TypeFor[config.Members]():
		return map[string]any{"anyOf": []any{text, s.reference(t)}}
	}
	switch t.Kind() {
	case reflect.Pointer:
		return s.value(t.Elem())
	case reflect.Slice:
		return map[string]any{"type": "array", "items": s.value(t.Elem())}
	case reflect.Map:
		return map[string]any{"type": "object", "additionalProperties": s.value(t.Elem())}
	case reflect.Struct:
		return s.reference(t)
	case reflect.Bool:
		return map[string]any{"type": "boolean"}
	case reflect.Int:
		return map[string]any{"type": "integer"}
	}
	return map[string]any{"type": "string"}
}

func (s *schemaMaker) reference(t reflect.Type) map[string]any {
	name := strings.ToLower(t.Name())
	if _, made := s.defs[name]; !made {
		s.defs[name] = true
		s.defs[name] = s.object(t)
	}
	return map[string]any{"$ref": "#/$defs/" + name}
}

// section is the table of the keys of one struct.
type section struct {
	title string
	of    reflect.Type
}

var jobSections = []section{
	{"The file", reflect.TypeFor[config.Document]()}, {"muster", reflect.TypeFor[config.Muster]()}, {"muster: tls", reflect.TypeFor[config.TLS]()}, {"destinations", reflect.TypeFor[config.Destination]()},
	{"destinations: timeouts", reflect.TypeFor[config.Timeouts]()}, {"destinations: state", reflect.TypeFor[config.State]()}, {"sources", reflect.TypeFor[config.Source]()}, {"jobs", reflect.TypeFor[config.Job]()},
	{"jobs: mapping, one rule", reflect.TypeFor[mapping.Rule]()}, {"jobs: policy", reflect.TypeFor[config.Policy]()}, {"jobs: limits", reflect.TypeFor[config.Limits]()},
	{"jobs: members", reflect.TypeFor[config.Members]()}, {"jobs: tests", reflect.TypeFor[config.Test]()},
}

var connectionSections = []section{
	{"connections", reflect.TypeFor[config.Client]()}, {"connections: users", reflect.TypeFor[config.Users]()}, {"connections: groups", reflect.TypeFor[config.Groups]()},
	{"connections: limits", reflect.TypeFor[config.PushLimits]()}, {"connections: answers", reflect.TypeFor[config.Answers]()}, {"connections: requests", reflect.TypeFor[config.Requests]()},
	{"connections: page", reflect.TypeFor[config.Page]()}, {"connections: bulk", reflect.TypeFor[config.Bulk]()}, {"connections: oauth", reflect.TypeFor[config.OAuth]()},
	{"connections: extensions", reflect.TypeFor[config.Extension]()}, {"connections: extensions: attributes", reflect.TypeFor[config.ExtensionAttribute]()},
}

// reference are the tables of all keys.
func reference(comments map[string]string, sections []section) string {
	var b strings.Builder
	for _, section := range sections {
		fmt.Fprintf(&b, "\n## %s\n\n| key | | meaning |\n|---|---|---|\n", section.title)
		for i := range section.of.NumField() {
			f := section.of.Field(i)
			if name := key(f); name != "" && name != "-" {
				fmt.Fprintf(&b, "| `%s` | %s | %s |\n", name, strings.Join(notes(f), ", "), strings.ReplaceAll(comments[section.of.Name()+"."+f.Name], "|", "\\|"))
			}
		}
	}
	return b.String()
}

func notes(f reflect.StructField) []string {
	var out []string
	if f.Tag.Get("need") == "yes" {
		out = append(out, "required")
	}
	if words := strings.Fields(f.Tag.Get("oneof")); len(words) > 0 {
		for i, w := range words {
			words[i] = "`" + w + "`"
		}
		out = append(out, strings.Join(slices.Clip(words), " "))
	}
	return out
}

const introduction = `# The file, key by key

This page is written by a test from the code that reads the file. [examples/](../examples) has whole files; ` + "`muster check FILE`" + ` says what is wrong with yours.

- A relative path starts at the folder of the file. A secret is a reference, ` + "`${env:NAME}` or `${file:PATH}`" + `, and never the secret itself.
- A list with one entry may be written without brackets. A duration is written ` + "`30s`, `5m`, `12h` or `30d`" + `.
- A rule is the name of a column, or one of ` + "`column`, `value` and `text`" + ` with more keys beside it, or ` + "`none`" + `, which switches off what the template would do. [functions.md](functions.md) lists the functions.
- A limit is a count (` + "`10`" + `), a percentage (` + "`10%`" + `), both (` + "`[10, 10%]`" + `) or ` + "`unlimited`" + `. A plan with as many or more is blocked; ` + "`0`" + ` means that none is allowed. Without a limit of your own: disable 10 %, delete 10 %, rename 10 %, move 25 %, remove members 30 %, at least 80 % of the rows of the last good run; below 20 entries percentages are ignored.
`

const connections = `# Connections, key by key

This page is written by a test from the code that reads the file. A connection is one identity provider that pushes users and groups to ` + "`muster serve`" + ` over SCIM 2.0;
[examples/connections.yaml](../examples/connections.yaml) has two of them, and [jobs.md](jobs.md) the rest of the file: rules, policy and tests are written as in a job.

- The address of the connection ` + "`okta` is `/scim/okta/v2`" + `. Each connection has tokens of its own: ` + "`muster token create --connection okta`" + `.
- Its users are the stream ` + "`okta/users`, its groups `okta/groups`" + `; plans, links and audit lines name these. No job has such a name, because the name of a job has no slash.
- A user needs a userName and nothing else. In Active Directory it becomes ` + "`userPrincipalName`" + `, with the domain behind it where it has no @, and the account's ` + "`sAMAccountName`" + ` is made of what stands
  before the @; in another directory it is the ` + "`uid`" + `, which names the entry. Groups are named by displayName. What the directory has no room for is cut or left out; the client gets back what it sent.
- A value that the client removes is removed from the directory, unless the stream adopts entries that were there before: these have values that the client never sent. ` + "`empty`" + ` says otherwise for a connection, and
  ` + "`empty` of a rule for one attribute" + `.
- Pushed passwords go to ` + "`unicodePwd`, or to `userPassword`" + `; they are not kept. A directory that is not Active Directory must hash them itself: 389 Directory Server does, OpenLDAP does with ` + "`olcPPolicyHashCleartext: TRUE`" + ` of its ppolicy overlay. Otherwise write ` + "`passwords: ignore`" + `.
`

// columnPage lists what rules know of pushed resources.
func columnPage(t *testing.T) string {
	t.Helper()
	var b strings.Builder
	b.WriteString("\n## Columns\n\nRules name what a client sends by these columns, and the attributes of extensions by their own. " +
		"`email` and `phone` are the primary value, or else the first; `workEmail`, `mobilePhone` and the like are those of that type. " +
		"`street` to `formattedAddress` are of the work address, or else of the primary or the first; `otherAddress` is the formatted address of type other. " +
		"`manager` is the id of another user, `members` are the ids of a group's members.\n\n| of | column | type | field of the template |\n|---|---|---|---|\n")
	c := &config.Client{}
	for _, typ := range []bridge.ObjectType{bridge.User, bridge.Group} {
		fields := map[string]string{}
		for _, field := range []string{"given", "family", "name", "mail", "phone", "mobile", "fax", "office", "street", "city", "postcode", "state", "country", "company", "employee_id", "manager", "title", "department"} {
			if column := pushedColumn(t, typ, field); column != "" {
				fields[column] = "`" + field + "`"
			}
		}
		for _, column := range c.Columns(typ).List() {
			fmt.Fprintf(&b, "| %s | `%s` | %s | %s |\n", typ, column.Name, column.Type, fields[column.Name])
		}
	}
	return b.String()
}

// pushedColumn is the column that a field of a template means by itself.
func pushedColumn(t *testing.T, typ bridge.ObjectType, field string) string {
	t.Helper()
	f, c := client(t, okta)
	template := &bridge.Template{Type: typ, RDN: "cn", Fields: []bridge.Field{{Name: field}}, Attributes: []bridge.TemplateAttribute{{Name: "cn", Default: mapping.Rule{Column: field}}}}
	stream, err := f.Stream("okta", typ, template, c.Columns(typ))
	if err != nil || len(stream.Mapping.Attributes()) == 0 {
		return ""
	}
	return stream.Mapping.Map(mapping.Row{Columns: c.Columns(typ), Values: make([]any, len(c.Columns(typ).List()))}, "k", time.Unix(0, 0)).Attributes[0].Columns[0]
}
