package sheet_test

import (
	"path/filepath"
	"runtime"
	"testing"

	"github.com/muster-idm/muster/pull"
)

// readAny reads whatever the bytes are: nothing may panic, and no more memory
// may stay than the bytes and the reader's own windows account for.
func readAny(t *testing.T, s pull.Settings, content []byte) {
	if len(content) > 1<<20 {
		return
	}
	s.Path = filepath.Join(t.TempDir(), "file")
	s.MaxSize = 8 << 20
	save(t, s.Path, content)
	source := open(t, s)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	n := 0
	for r, err := range pull.Guarded(source).Records(t.Context(), byID()) {
		if err == nil && r.Key == "" && len(r.Findings) == 0 {
			t.Fatal("a record without a key and without a finding")
		}
		if n++; n > 10_000 {
			break
		}
	}
	runtime.ReadMemStats(&after)
	if grown := after.TotalAlloc - before.TotalAlloc; grown > 512<<20 {
		t.Fatalf("%d bytes made the reader allocate %d MiB", len(content), grown>>20)
	}
	_, _ = source.Discover(t.Context())
}

func FuzzText(f *testing.F) {
	for _, seed := range []string{
		"id;name\n1;Zoë\n", "sep=|\nid|name\n1|\"a \"\"b\"\"\"\n", "id,name\n1,\"open\n", "\xFF\xFEi\x00d\x00\n\x001\x00", "\xEF\xBB\xBFid\n1\n", "id;name\n1;M\xfcller\n", "id\tx\n1\n2\t3\t4\n", "sep=", "\"", ";;;\n",
	} {
		f.Add([]byte(seed), "", "")
		f.Add([]byte(seed), "windows-1252", ";")
	}
	f.Fuzz(func(t *testing.T, content []byte, encoding, delimiter string) {
		readAny(t, pull.Settings{Kind: pull.CSV, Encoding: encoding, Delimiter: delimiter}, content)
	})
}

func FuzzWorkbook(f *testing.F) {
	f.Add(packed(nil))
	f.Add(zipped("xl/workbook.xml", "<workbook/>"))
	f.Add([]byte("PK\x03\x04"))
	f.Add([]byte("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"))
	f.Fuzz(func(t *testing.T, content []byte) {
		readAny(t, pull.Settings{Kind: pull.XLSX}, content)
	})
}

// FuzzSheet reaches the XML that a mutated archive seldom does.
func FuzzSheet(f *testing.F) {
	f.Add(`<row><c t="s"><v>0</v></c></row><row><c t="e"><v>#N/A</v></c><c><f>1</f></c></row>`, "")
	f.Add(`<x:row r="1"><x:c r="B1" t="inlineStr"><x:is><x:t><![CDATA[id]]></x:t></x:is></x:c></x:row><!-- > --><row r='9'/>`, `<mergeCells><mergeCell ref="A1:C9"/></mergeCells>`)
	f.Add(`<row><c s="1"><v>46082.5</v></c><c s="99" t="b"><v>1</v></c><c t="d"><v>2026-03-01</v></c></row>`, `<mergeCell ref="A9:A1"/><mergeCell ref="1"/>`)
	f.Add(`<row a=">" b='`, `&#x110000;_x0041_`)
	f.Fuzz(func(t *testing.T, rows, rest string) {
		readAny(t, pull.Settings{Kind: pull.XLSX}, packed(map[string]string{
			"xl/worksheets/sheet1.xml": "<worksheet><sheetData>" + rows + "</sheetData>" + rest + "</worksheet>",
			"xl/sharedStrings.xml":     "<sst><si><t>id</t></si>" + rest + "</sst>",
			"xl/styles.xml":            `<styleSheet><numFmts>` + rest + `</numFmts><cellXfs><xf/><xf numFmtId="14"/></cellXfs></styleSheet>`,
		}))
	})
}
