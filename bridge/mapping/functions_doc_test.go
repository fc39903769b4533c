package mapping

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write docs/functions.md")

func TestTheFunctionsAreDocumentedAsTheyAre(t *testing.T) {
	const path = "../../docs/functions.md"
	want := functionsPage()
	if *update {
		if err := os.WriteFile(path, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != want {
		t.Error("docs/functions.md is not what the functions say; run go test ./bridge/mapping -run Documented -update")
	}
}

func functionsPage() string {
	var b strings.Builder
	b.WriteString("# Functions of the mapping\n\nThis page is written by a test from what each function says of itself; every example is executed.\n" +
		"A name of Entra, Okta or Excel in the last columns finds the function that does the same here.\n\n" +
		"| function | what it does | empty values | examples | Entra | Okta | Excel |\n|---|---|---|---|---|---|---|\n")
	for _, f := range Functions() {
		var examples []string
		for _, e := range f.Examples {
			examples = append(examples, fmt.Sprintf("`%s` → `%s`", e.Expression, e.Want))
		}
		row := []string{"`" + f.Signature + "`", f.Help, f.Null, strings.Join(examples, "<br>"), f.Entra, f.Okta, f.Excel}
		for i, cell := range row {
			row[i] = strings.ReplaceAll(cell, "|", "\\|")
		}
		b.WriteString("| " + strings.Join(row, " | ") + " |\n")
	}
	return b.String()
}
