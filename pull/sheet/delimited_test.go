package sheet_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/muster-idm/muster/bridge"
	"github.com/muster-idm/muster/pull"
)

func text(t testing.TB, content string, s pull.Settings) pull.Source {
	t.Helper()
	s.Kind, s.Path = pull.CSV, filepath.Join(t.TempDir(), "people.csv")
	save(t, s.Path, []byte(content))
	return open(t, s)
}

// lines are "line key|values findings" of each record.
func lines(list []bridge.Record) []string {
	var got []string
	for _, r := range list {
		at := r.Where[strings.LastIndex(r.Where, " ")+1:]
		got = append(got, strings.TrimSpace(fmt.Sprintf("%s %s %v %s", at, r.Key, r.Row.Values, codes(r))))
	}
	return got
}

func TestTextIsReadAsItIsDelimited(t *testing.T) {
	want := []string{"2 1 [1 Zoë]"}
	for _, c := range []struct{ content, delimiter string }{
		{"id;name\n1;Zoë\n", ""}, {"id,name\r\n1,Zoë\r\n", ""}, {"id\tname\n1\tZoë", ""}, {"id|name\n1|Zoë\n", ""},
		{"id:name\n1:Zoë\n", ":"}, {"id\tname\n1\tZoë\n", "tab"}, {"\"id\";\"name\"\n\"1\";\"Zoë\"\n", ""},
		{"id;name;\n1;Zoë;\n", ""}, {"id;name\n1;Zoë\n;\n\n  ; \n", ""}, {"\xEF\xBB\xBFid;name\n1;Zoë\n", ""}, {"id;\"name\"\n1;\"Zoë\"\n", ";"},
	} {
		list, err := records(text(t, c.content, pull.Settings{Delimiter: c.delimiter}), byID())
		if err != nil {
			t.Errorf("%q: %v", c.content, err)
			continue
		}
		if diff := cmp.Diff(want, lines(list)); diff != "" {
			t.Errorf("%q: %s", c.content, diff)
		}
	}
	for _, first := range []string{"sep=;\r\n", "SEP=;\n"} {
		list, err := records(text(t, first+"id;a,b\n1;x\n", pull.Settings{}), byID())
		if diff := cmp.Diff([]string{"3 1 [1 x]"}, lines(list)); err != nil || diff != "" {
			t.Errorf("%q: %v %s", first, err, diff)
		}
	}
}

func TestADelimiterIsNotGuessed(t *testing.T) {
	list, err := records(text(t, "id;name, given\n1;a\n2;b\n", pull.Settings{}), byID())
	if err != nil || len(list) != 2 {
		t.Errorf("only one delimiter fits, but %v, %v", list, err)
	}
	_, err = records(text(t, "id;name, given\n1;a, b\n2;b, c\n", pull.Settings{}), byID())
	if !bridge.IsKind(err, bridge.Invalid) || !strings.Contains(err.Error(), "set the delimiter") {
		t.Errorf("two delimiters fit, and the error is %v", err)
	}
	if _, err := records(text(t, "id\n1\n", pull.Settings{Delimiter: ";;"}), byID()); !bridge.IsKind(err, bridge.Invalid) {
		t.Errorf("two characters give %v", err)
	}
	list, err = records(text(t, "id\n1\n2, 3\n", pull.Settings{Delimiter: ";"}), byID())
	if err != nil || list[1].Key != "2, 3" {
		t.Errorf("one column gives %v, %v", list, err)
	}
}

func TestTheEncodingIsGivenOrCertain(t *testing.T) {
	utf16 := func(s string) string {
		out := ""
		for _, r := range s {
			out += string([]byte{byte(r), byte(r >> 8)})
		}
		return out
	}
	const plain = "id;name\n1;Zoë Müller\n"
	for _, c := range []struct{ content, encoding string }{
		{plain, ""}, {plain, "utf-8"}, {"\xFF\xFE" + utf16(plain), ""}, {"\xFF\xFE" + utf16(plain), "utf-16"}, {utf16(plain), "utf-16le"},
		{"id;name\n1;Zo\xeb M\xfcller\n", "windows-1252"}, {"id;name\n1;Zo\xeb M\xfcller\n", "ISO-8859-15"}, {"id;name\n1;Zo\xeb M\xfcller\n", "latin1"},
	} {
		list, err := records(text(t, c.content, pull.Settings{Encoding: c.encoding}), byID())
		if err != nil || len(list) != 1 || list[0].Row.Values[1] != "Zoë Müller" {
			t.Errorf("%q as %q gives %v, %v", c.content, c.encoding, lines(list), err)
		}
	}
	for _, c := range []struct{ content, encoding, want string }{
		{"id;name\n1;Zo\xeb M\xfcller\n", "", `windows-1252 would read "Zoë Müller"`},
		{"id;name\n1;Zo\xeb M\xfcller\n", "", "line 2 is not UTF-8"},
		{strings.Repeat("é", 200_000) + "\xe9", "", "is not UTF-8"},
		{utf16(plain), "", "utf-16le"},
		{plain, "klingon", "is not known"},
		{"\xFF\xFE" + utf16(plain), "windows-1252", "the file's first bytes say utf-16le"},
	} {
		if _, err := records(text(t, c.content, pull.Settings{Encoding: c.encoding}), byID()); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%.40q as %q: want %q, got %v", c.content, c.encoding, c.want, err)
		}
	}
	list, err := records(text(t, "id;name\n1;M\x81ller\n2;ok\n", pull.Settings{Encoding: "windows-1252"}), byID())
	if err != nil || codes(list[0]) != "name:bad-text" || codes(list[1]) != "" {
		t.Errorf("a byte that the encoding does not know gives %v, %v", lines(list), err)
	}
	list, err = records(text(t, "id;name\n1;M\xfcller\n", pull.Settings{Encoding: "utf-8"}), byID())
	if err != nil || codes(list[0]) != "name:bad-text" {
		t.Errorf("a byte that is not UTF-8 gives %v, %v", lines(list), err)
	}
}

func TestRaggedRowsAreFindings(t *testing.T) {
	list, err := records(text(t, "id;name;mail\n1;a;b\n2;c\n3;d;e;f\n\"4\n\";g;h\n5;5\" disk;i\n6;j;k\n", pull.Settings{}), byID())
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"2 1 [1 a b]", "3 2 [2 c <nil>] :shifted-row", "4 3 [3 d e] :shifted-row", "5 4 [4\n g h]", "7 5 [5 <nil> <nil>] :shifted-row", "8 6 [6 j k]"}
	if diff := cmp.Diff(want, lines(list)); diff != "" {
		t.Error(diff)
	}
	list, err = records(text(t, "name;id\na;1\nb\nc;d;2\n", pull.Settings{}), byID())
	if err != nil {
		t.Fatal(err)
	}
	want = []string{"2 1 [a 1]", "3  [b <nil>] id:no-key id:shifted-row", "4  [c <nil>] id:no-key id:shifted-row"}
	if diff := cmp.Diff(want, lines(list)); diff != "" {
		t.Errorf("a key behind a shift is not trusted: %s", diff)
	}
}

func TestAnOpenQuoteEndsTheRead(t *testing.T) {
	list, err := records(text(t, "id;name\n1;a\n2;\"b\n3;c\n4;d\n", pull.Settings{}), byID())
	if len(list) != 1 || !bridge.IsKind(err, bridge.Invalid) || !strings.Contains(err.Error(), "opened in line 3") {
		t.Errorf("an open quote gives %v, %v", lines(list), err)
	}
	_, err = records(text(t, "id;name\n1;\"a\n"+strings.Repeat("2;b\n", 5<<20), pull.Settings{Delimiter: ";"}), byID())
	if !bridge.IsKind(err, bridge.Invalid) || !strings.Contains(err.Error(), "quote") {
		t.Errorf("an open quote in a large file gives %v", err)
	}
}

func TestTextOnlyHasWhatTextHas(t *testing.T) {
	s := text(t, "id;name\n1;a\n", pull.Settings{})
	for _, sel := range []pull.Selection{{Table: "Sheet1", Key: "id"}, {Query: "SELECT 1", Key: "id"}} {
		if _, err := records(s, sel); !bridge.IsKind(err, bridge.Invalid) {
			t.Errorf("%+v gives %v", sel, err)
		}
	}
	for content, want := range map[string]string{"id;id\n1;2\n": "columns A and B", "id;;x\n1;2;3\n": "column B has no name", "\n\n": "not even column names", "": "is empty"} {
		if _, err := records(text(t, content, pull.Settings{}), byID()); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q gives %v", content, err)
		}
	}
	if _, err := records(text(t, strings.Repeat("id;name\n", 1<<18), pull.Settings{MaxSize: 1 << 20, Encoding: "utf-8"}), byID()); !bridge.IsKind(err, bridge.TooLarge) {
		t.Errorf("a large file gives %v", err)
	}
}
