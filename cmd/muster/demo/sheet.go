package demo

import (
	"fmt"
	"os"
	"time"

	"github.com/xuri/excelize/v2"
)

// SheetName is the name of the sheet with the partners.
const SheetName = "Partners"

// WriteSheet writes the partners of a day into an Excel workbook. The file is
// replaced as a whole: whoever reads it sees one day or the other.
func WriteSheet(path string, day Day) error { return WritePartners(path, People(day)) }

// WritePartners does the same with the partners among the people given.
func WritePartners(path string, people []Person) error {
	book := excelize.NewFile()
	defer book.Close()
	if err := fillSheet(book, people); err != nil {
		return fmt.Errorf("the sample sheet %s: %w", path, err)
	}
	beside := path + ".new.xlsx"
	if err := book.SaveAs(beside); err != nil {
		return fmt.Errorf("the sample sheet %s: %w", path, err)
	}
	return os.Rename(beside, path)
}

func fillSheet(book *excelize.File, people []Person) error {
	if err := book.SetSheetName("Sheet1", SheetName); err != nil {
		return err
	}
	const asDay = 14 // the number format of a date
	style, err := book.NewStyle(&excelize.Style{NumFmt: asDay})
	if err != nil {
		return err
	}
	rows := [][]any{{"Partner ID", "First name", "Last name", "Company", "E-mail", "Phone", "Country", "Contract start"}}
	for n, p := range people {
		if p.Employee {
			continue
		}
		rows = append(rows, sheetRow(p, n))
		if p.Doubled {
			again := sheetRow(p, n)
			again[3] = "Another company with the same key"
			rows = append(rows, again)
		}
	}
	for i, row := range rows {
		if err := book.SetSheetRow(SheetName, fmt.Sprintf("A%d", i+1), &row); err != nil {
			return err
		}
		if _, isDay := row[len(row)-1].(time.Time); !isDay {
			continue
		}
		if cell := fmt.Sprintf("H%d", i+1); book.SetCellStyle(SheetName, cell, cell, style) != nil {
			return fmt.Errorf("cell %s takes no style", cell)
		}
	}
	return nil
}

// sheetRow writes every third date as a real one, the others as texts.
func sheetRow(p Person, n int) []any {
	s := p.Spelled
	row := []any{p.Key, s.Given, s.Family, p.Company, p.Mail, s.Phone, s.Country, s.Began}
	if began, err := time.Parse(time.DateOnly, p.Began); err == nil && n%3 == 0 {
		row[len(row)-1] = began
	}
	return row
}
