package sheet_test

import (
	"archive/zip"
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"github.com/muster-idm/muster/bridge"
	"github.com/muster-idm/muster/bridge/mapping"
	"github.com/muster-idm/muster/pull"
)

func records(s pull.Source, sel pull.Selection) (list []bridge.Record, err error) {
	for r, err := range pull.Guarded(s).Records(context.Background(), sel) {
		if err != nil {
			return list, err
		}
		list = append(list, r)
	}
	return list, nil
}

func byID() pull.Selection { return pull.Selection{Key: "id"} }

// codes are "column:code" of each finding.
func codes(r bridge.Record) string {
	var list []string
	for _, f := range r.Findings {
		list = append(list, f.Column+":"+f.Code)
	}
	return strings.Join(list, " ")
}

// workbook writes a workbook with a sheet that the function fills.
func workbook(t testing.TB, fill func(*excelize.File)) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "people.xlsx")
	f := excelize.NewFile()
	defer f.Close()
	fill(f)
	if err := f.SaveAs(path); err != nil {
		t.Fatal(err)
	}
	return path
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}

func xlsx(t testing.TB, path string) pull.Source {
	return open(t, pull.Settings{Name: "people", Kind: pull.XLSX, Path: path})
}

func style(f *excelize.File, cell, code string) {
	id, err := f.NewStyle(&excelize.Style{CustomNumFmt: &code})
	must(err)
	must(f.SetCellStyle("Sheet1", cell, cell, id))
}

func TestNumbersAreReadByTheirFormat(t *testing.T) {
	for _, c := range []struct {
		code  string
		value any
		want  any
	}{
		{"General", 17, "17"}, {"General", 123456789012, "123456789012"}, {"0.00E+00", 123456789012, "123456789012"}, {"General", 0.1 + 0.2, "0.3"}, {"General", -1.5, "-1.5"}, {"0%", 0.15, "0.15"},
		{"@", 123, "123"}, {"00000", 123, "00123"}, {"00000", 1234567, "1234567"}, {"#,##0.00 [$€-407]", 1234.5, "1234.5"}, {`0 "days"`, 3, "3"}, {"[Red]0;[Blue]-0", 4, "4"},
		{"yyyy-mm-dd", 46082, "2026-03-01"}, {"dd.mm.yy", 46082.5, "2026-03-01T12:00:00"}, {`[$-407]d. mmmm yyyy`, 46082, "2026-03-01"}, {"hh:mm", 0.5, "12:00:00"}, {"[h]:mm", 0.75, "18:00:00"},
		{"yyyy-mm-dd", 1, "1900-01-01"}, {"yyyy-mm-dd", 59, "1900-02-28"}, {"yyyy-mm-dd", 61, "1900-03-01"}, {"yyyy-mm-dd", 60, nil}, {"yyyy-mm-dd", -1, nil}, {"yyyy-mm-dd", 4e6, nil},
	} {
		path := workbook(t, func(f *excelize.File) {
			must(f.SetSheetRow("Sheet1", "A1", &[]any{"id", "x"}))
			must(f.SetSheetRow("Sheet1", "A2", &[]any{"1", c.value}))
			style(f, "B2", c.code)
		})
		list, err := records(xlsx(t, path), byID())
		if err != nil {
			t.Fatal(err)
		}
		if got := list[0].Row.Values[1]; got != c.want || (c.want == nil) != (codes(list[0]) == "x:bad-date") {
			t.Errorf("%v as %s is %#v, %s; want %#v", c.value, c.code, got, codes(list[0]), c.want)
		}
	}
}

func TestDatesKeepTheirZoneAndSystem(t *testing.T) {
	path := workbook(t, func(f *excelize.File) {
		yes := true
		must(f.SetWorkbookProps(&excelize.WorkbookPropsOptions{Date1904: &yes}))
		must(f.SetSheetRow("Sheet1", "A1", &[]any{"id", "hired"}))
		must(f.SetSheetRow("Sheet1", "A2", &[]any{"1", 46082 - 1462}))
		style(f, "B2", "dd/mm/yyyy")
	})
	zone := time.FixedZone("Berlin", 3600)
	sel := pull.Selection{Key: "id", Types: map[string]mapping.Type{"hired": mapping.Time}}
	list, err := records(open(t, pull.Settings{Kind: pull.XLSX, Path: path, Zone: zone}), sel)
	if err != nil {
		t.Fatal(err)
	}
	if want := time.Date(2026, 3, 1, 0, 0, 0, 0, zone); !list[0].Row.Values[1].(time.Time).Equal(want) {
		t.Errorf("the date is %v, want %v", list[0].Row.Values[1], want)
	}
}

func TestCellsThatCannotBeReadAreFindings(t *testing.T) {
	path := archive(t, map[string]string{"xl/worksheets/sheet1.xml": `<worksheet><sheetData>
		<row r="1"><c r="A1" t="inlineStr"><is><t>id</t></is></c><c r="B1" t="inlineStr"><is><t>x</t></is></c></row>
		<row r="2"><c r="A2"><v>1</v></c><c r="B2" t="e"><v>#N/A</v></c></row>
		<row r="3"><c r="A3"><v>2</v></c><c r="B3"><f>A1&amp;A2</f></c></row>
		<row r="4"><c r="A4"><v>3</v></c><c r="B4" t="str"><f>""</f><v></v></c></row>
		<row r="5"><c r="A5"><v>4</v></c><c r="B5"><f>1+1</f><v>2</v></c></row>
		<row r="6"><c r="A6"><v>5</v></c><c r="B6" t="s"><v>99</v></c></row>
		<row r="7"><c r="A7"><v>6</v></c><c r="B7" t="b"><v>1</v></c></row>
		<row r="8"><c r="A8" t="e"><v>#REF!</v></c><c r="B8"><v>8</v></c></row>
		<row r="9"><c r="A9"><v>8</v></c><c r="B9"><v>eight</v></c></row>
		<row r="10"><c r="A10"><v>9</v></c><c r="B10" t="inlineStr"><is><r><t>a&lt;</t></r><rPh><t>no</t></rPh><r><t xml:space="preserve"> b_x000D_&#228;</t></r></is></c></row>
		<row r="11"><c r="A11"><v>1234567890123456</v></c><c r="B11"><v>1</v></c></row>
		<row r="12"/><row r="14"><c r="A14" s="3"/></row>
	</sheetData></worksheet>`})
	list, err := records(xlsx(t, path), byID())
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, r := range list {
		got = append(got, fmt.Sprintf("%s %v %s", r.Key, r.Row.Values[1], codes(r)))
	}
	want := []string{"1 <nil> x:error-cell", "2 <nil> x:no-result", "3  ", "4 2 ", "5 <nil> x:damaged-cell", "6 true ", " 8 id:no-key id:error-cell", "8 <nil> x:damaged-cell", "9 a< b\rä ", " 1 id:no-key"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if f := list[0].Findings[0]; f.Where != "people.xlsx, sheet Staff, row 2" || f.Value != "#N/A" {
		t.Errorf("the finding is %+v", f)
	}
}

// archive writes a workbook whose parts are those of a small one, replaced.
func archive(t testing.TB, parts map[string]string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "people.xlsx")
	save(t, path, packed(parts))
	return path
}

func packed(parts map[string]string) []byte {
	all := map[string]string{
		"_rels/.rels":                `<Relationships><Relationship Id="r1" Type="http://x/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
		"xl/_rels/workbook.xml.rels": `<Relationships><Relationship Id="r1" Type="http://x/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="r2" Type="http://x/sharedStrings" Target="/xl/sharedStrings.xml"/><Relationship Id="r3" Type="http://x/styles" Target="styles.xml"/></Relationships>`,
		"xl/workbook.xml":            `<?xml version="1.0"?><x:workbook xmlns:x="m" xmlns:r="o"><x:sheets><x:sheet name="Staff" sheetId="1" r:id="r1"/></x:sheets></x:workbook>`,
		"xl/sharedStrings.xml":       `<sst><si><t>id</t></si><si><t>name</t></si><si><t>Zoë</t></si></sst>`,
		"xl/styles.xml":              `<styleSheet><numFmts><numFmt numFmtId="164" formatCode="dd\.mm\.yyyy"/></numFmts><cellXfs><xf numFmtId="0"/><xf numFmtId="164"/><xf numFmtId="14"/></cellXfs></styleSheet>`,
		"xl/worksheets/sheet1.xml":   `<worksheet><sheetData><row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c></row><row r="2"><c r="A2"><v>1</v></c><c r="B2" t="s"><v>2</v></c></row></sheetData></worksheet>`,
	}
	for name, text := range parts {
		all[name] = text
	}
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, name := range []string{"_rels/.rels", "xl/_rels/workbook.xml.rels", "xl/workbook.xml", "xl/sharedStrings.xml", "xl/styles.xml", "xl/worksheets/sheet1.xml", "xl/worksheets/sheet2.xml"} {
		if all[name] == "" {
			continue
		}
		part, err := w.Create(name)
		must(err)
		_, err = part.Write([]byte(all[name]))
		must(err)
	}
	must(w.Close())
	return b.Bytes()
}

func TestHeadersThatCannotServeAreErrors(t *testing.T) {
	for want, rows := range map[string][][]any{
		"columns A and C are both called":        {{"id", "x", "id"}},
		"column B has no name, but":              {{"id", nil, "x"}},
		`"number" is not there; the columns are`: {{"nr", "x"}},
		"give the number of their row":           {{"Staff of 2026"}, {"id", "x"}},
		"it is written \"ID\"":                   {{"ID", "x"}},
		"not even column names":                  {},
	} {
		path := workbook(t, func(f *excelize.File) {
			for i, row := range rows {
				must(f.SetSheetRow("Sheet1", fmt.Sprintf("A%d", i+1), &row))
			}
		})
		sel := byID()
		if strings.Contains(want, "number\"") {
			sel.Key = "number"
		}
		if _, err := records(xlsx(t, path), sel); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("want %q, got %v", want, err)
		}
	}
}

func TestTheHeaderIsFound(t *testing.T) {
	path := workbook(t, func(f *excelize.File) {
		must(f.SetCellValue("Sheet1", "A1", "Staff of 2026"))
		must(f.MergeCell("Sheet1", "A1", "C1"))
		must(f.SetSheetRow("Sheet1", "A4", &[]any{" id ", "First\nname", "Pre\u0301nom"}))
		must(f.SetSheetRow("Sheet1", "A6", &[]any{1, "x", "y", nil, "stray"}))
	})
	sel := byID()
	sel.HeaderRow = 4
	list, err := records(xlsx(t, path), sel)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"id", "First name", "Prénom"} {
		if _, ok := list[0].Row.Get(name); !ok {
			t.Errorf("there is no column %q", name)
		}
	}
	if list[0].Where != "people.xlsx, sheet Sheet1, row 6" || codes(list[0]) != ":outside" || list[0].Findings[0].Severity != bridge.Warning {
		t.Errorf("the record is %+v", list[0])
	}
	for _, row := range []int{2, 99} {
		sel.HeaderRow = row
		if _, err := records(xlsx(t, path), sel); !bridge.IsKind(err, bridge.Precondition) {
			t.Errorf("a header in row %d gives %v", row, err)
		}
	}
}

func TestMergedCellsAreFindings(t *testing.T) {
	path := workbook(t, func(f *excelize.File) {
		must(f.SetSheetRow("Sheet1", "A1", &[]any{"id", "dept"}))
		for i := 2; i <= 6; i++ {
			must(f.SetSheetRow("Sheet1", fmt.Sprintf("A%d", i), &[]any{i, "Sales"}))
		}
		must(f.MergeCell("Sheet1", "B3", "B4"))
		must(f.MergeCell("Sheet1", "A5", "A6"))
	})
	list, err := records(xlsx(t, path), byID())
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, r := range list {
		got = append(got, r.Key+" "+codes(r))
	}
	if diff := cmp.Diff([]string{"2 ", "3 ", "4 dept:merged-cell", "5 ", " id:no-key id:merged-cell"}, got); diff != "" {
		t.Error(diff)
	}
}

func TestHiddenSheetsAreReadWhenNamed(t *testing.T) {
	path := workbook(t, func(f *excelize.File) {
		must(f.SetSheetRow("Sheet1", "A1", &[]any{"id"}))
		must(f.SetSheetRow("Sheet1", "A2", &[]any{"hidden"}))
		for _, name := range []string{"Leavers & Co", "Empty"} {
			_, err := f.NewSheet(name)
			must(err)
		}
		must(f.SetSheetRow("Leavers & Co", "A1", &[]any{"id"}))
		must(f.SetSheetRow("Leavers & Co", "A2", &[]any{"shown"}))
		f.SetActiveSheet(1)
		must(f.SetSheetVisible("Sheet1", false))
	})
	s := xlsx(t, path)
	for name, want := range map[string]string{"": "shown", "Sheet1": "hidden", "sheet1": "hidden", "Leavers & Co": "shown"} {
		list, err := records(s, pull.Selection{Table: name, Key: "id"})
		if err != nil || list[0].Key != want {
			t.Errorf("sheet %q gives %v, %v", name, list, err)
		}
	}
	if _, err := records(s, pull.Selection{Table: "Staff", Key: "id"}); err == nil || !strings.Contains(err.Error(), "the sheets are Sheet1, Leavers & Co, Empty") {
		t.Errorf("an unknown sheet gives %v", err)
	}
	list, err := s.Discover(t.Context())
	if err != nil || len(list) != 3 || !list[0].Hidden || list[1].Rows != 1 || list[2].Fault == "" {
		t.Errorf("the sheets are %+v, %v", list, err)
	}
	report, err := s.Check(t.Context())
	if err != nil || report.Rows != 1 {
		t.Errorf("the report is %+v, %v", report, err)
	}
}

func TestWhatIsNoWorkbookIsAnError(t *testing.T) {
	folder := t.TempDir()
	locked := filepath.Join(folder, "locked.xlsx")
	f := excelize.NewFile()
	must(f.SaveAs(locked, excelize.Options{Password: "secret"}))
	good := packed(nil)
	write := func(name string, b []byte) string {
		path := filepath.Join(folder, name)
		save(t, path, b)
		return path
	}
	for path, want := range map[string]string{
		filepath.Join(folder, "none.xlsx"): "there is no file",
		folder:                             "is no file",
		locked:                             "protected with a password",
		write("old.xls", append([]byte("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"), make([]byte, 600)...)): "save it as .xlsx",
		write("page.xlsx", []byte("<html><table>")):                                                "no Excel workbook",
		write("empty.xlsx", nil):              "is empty",
		write("cut.xlsx", good[:len(good)/2]): "cut short or damaged",
		write("ods.xlsx", zipped("mimetype", "application/vnd.oasis.opendocument.spreadsheet")):                                            "no .xlsx workbook",
		write("xlsb.xlsx", zipped("xl/workbook.bin", "x")):                                                                                 "xlsb",
		archive(t, map[string]string{"xl/worksheets/sheet1.xml": `<worksheet><sheetData><row r="1">`}):                                     "read to its end",
		archive(t, map[string]string{"xl/worksheets/sheet1.xml": `<!DOCTYPE a [<!ENTITY b "c">]><a/>`}):                                    "read to its end",
		archive(t, map[string]string{"xl/worksheets/sheet1.xml": sheetXML(`<row r="3"/><row r="2"/>`)}):                                    "row 2 follows row 3",
		archive(t, map[string]string{"xl/worksheets/sheet1.xml": sheetXML(`<row><c r="XFE1"/></row>`)}):                                    "read to its end",
		archive(t, map[string]string{"xl/worksheets/sheet1.xml": sheetXML(`<row><c><v>` + strings.Repeat("1", 2<<20) + `</v></c></row>`)}): "more text than a cell can",
		archive(t, map[string]string{"xl/workbook.xml": `<workbook><sheets></sheets></workbook>`}):                                         "has no sheets",
	} {
		_, err := records(xlsx(t, path), byID())
		if err == nil || !strings.Contains(err.Error(), want) || bridge.IsKind(err, bridge.Internal) {
			t.Errorf("%s: want %q, got %v", filepath.Base(path), want, err)
		}
	}
}

func sheetXML(rows string) string {
	return "<worksheet><sheetData>" + rows + "</sheetData></worksheet>"
}

func zipped(name, text string) []byte {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	part, err := w.Create(name)
	must(err)
	_, err = part.Write([]byte(text))
	must(err)
	must(w.Close())
	return b.Bytes()
}

func TestAFileThatUnpacksTooFarIsRefused(t *testing.T) {
	blank := strings.Repeat(`<row><c><v>1</v></c></row>`, 400_000)
	path := archive(t, map[string]string{"xl/worksheets/sheet1.xml": sheetXML(blank)})
	s := open(t, pull.Settings{Kind: pull.XLSX, Path: path, MaxSize: 1 << 20})
	if _, err := records(s, pull.Selection{Key: "1"}); !bridge.IsKind(err, bridge.TooLarge) {
		t.Errorf("10 MB in a file of %d KB give %v", size(t, path)>>10, err)
	}
}

func size(t *testing.T, path string) int64 {
	t.Helper()
	found, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	return found.Size()
}

func TestAFileIsReadOnlyWhenItIsFinished(t *testing.T) {
	path := archive(t, nil)
	for _, c := range []struct {
		age            time.Duration
		maxAge, settle time.Duration
		want           string
	}{
		{age: time.Hour, maxAge: time.Minute, want: "at most 1m0s is allowed"}, {age: time.Second, settle: time.Minute, want: "may not be finished"},
		{age: time.Hour, maxAge: 2 * time.Hour, settle: time.Minute},
	} {
		then := time.Now().Add(-c.age)
		if err := os.Chtimes(path, then, then); err != nil {
			t.Fatal(err)
		}
		_, err := records(open(t, pull.Settings{Kind: pull.XLSX, Path: path, MaxAge: c.maxAge, Settle: c.settle}), byID())
		if c.want == "" && err != nil || c.want != "" && (!bridge.IsKind(err, bridge.Precondition) || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%+v gives %v", c, err)
		}
	}
	for _, err := range xlsx(t, path).Records(t.Context(), byID()) {
		if err == nil {
			then := time.Now().Add(-time.Minute)
			err = os.Chtimes(path, then, then)
			if err != nil {
				t.Fatal(err)
			}
			continue
		}
		if !strings.Contains(err.Error(), "changed while it was read") {
			t.Errorf("a file that changes gives %v", err)
		}
		return
	}
	t.Error("a file that changes is read as if it did not")
}

func TestDiscoverTellsWhatColumnsHold(t *testing.T) {
	path := workbook(t, func(f *excelize.File) {
		must(f.SetSheetRow("Sheet1", "A1", &[]any{"id", "n", "x", "b", "d", "t", "z", "e", "s"}))
		must(f.SetSheetRow("Sheet1", "A2", &[]any{"A", 1, 1, true, 46082, "2026-03-01", "0171", nil, "1"}))
		must(f.SetSheetRow("Sheet1", "A3", &[]any{"B", 2, 1.5, false, 46083, "2026-03-02", "0172", nil, "2"}))
		style(f, "E2", "d/m/yy")
		style(f, "E3", "d/m/yy")
	})
	list, err := xlsx(t, path).Discover(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	got := ""
	for _, f := range list[0].Fields {
		got += " " + string(f.Type) + "/" + string(f.Holds)
	}
	if got != " text/text text/integer text/number text/boolean text/time text/time text/text text/ text/integer" {
		t.Errorf("the columns hold%s", got)
	}
}
