package demo

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"
)

// Day counts the days of the demonstration: the sources change from one to the next.
type Day int

// The days.
const (
	Start   Day = 0 // the sources as they are found
	Changed Day = 1 // people came, went, moved and married, and two rows are wrong
	Mended  Day = 2 // the wrong rows are mended, and who left is back
)

// How many people there are at the start.
const (
	Employees = 420
	Partners  = 80
)

// Person is one made-up person as a careful clerk reads the source: text is
// composed (NFC) and trimmed, dates are ISO, telephone numbers E.164. What the
// source does not say is "".
type Person struct {
	Key        string
	Employee   bool // in the database; else a partner, in the sheet
	Origin     string
	Given      string
	Family     string
	Department string // code, employees only
	Title      string // employees only
	Company    string // partners only
	Mail       string // partners only; employees have none before they have an account
	Location   string // employees only
	Country    string // ISO 3166, two letters
	Phone      string
	Began      string // first day
	Ended      string // last day
	Manager    string // key, employees only; E9999 is nobody

	Spelled Spelling
	Why     string // why the person is a hard case
	Faulty  bool   // the row cannot be read; the other fields hold what it said before
	Doubled bool   // the key occurs twice in the sheet
}

// Spelling is how the source writes what people write in many ways.
type Spelling struct {
	Given, Family, Title, Country, Phone, Began, Ended string
}

// Left says whether the last day has passed. Days to come are far away.
func (p Person) Left() bool { return p.Ended != "" && p.Ended < "2030" }

// People returns everybody in the sources on a day, in the order of their rows:
// employees first, then partners.
func People(day Day) []Person {
	people := Crowd(Employees, Partners)
	if day >= Changed {
		people = slices.Insert(people, Employees, joiner(origins()))
	}
	return tell(people, day)
}

// Crowd returns as many people as are asked for, drawn as those of the
// demonstration are: the hard cases come again with every 420 employees, and
// other names after 2,500 people. Employees are first, then partners.
func Crowd(employees, partners int) []Person {
	names := origins()
	people := make([]Person, 0, employees+partners+1)
	for n := range employees {
		people = append(people, employee(names, n))
	}
	for n := range partners {
		people = append(people, partner(names, n))
	}
	return people
}

func employee(names []origin, n int) Person {
	p := person(names, n, hardEmployees())
	p.Key, p.Employee = employeeKey(n), true
	departments, places := Departments(), locations()
	p.Department = departments[n%len(departments)].Code
	p.Manager = managerOf(n, len(departments))
	place := places[n/3%len(places)]
	p.Location, p.Country = place.name, place.country
	p.Phone, p.Spelled.Phone = place.phone(n)
	p.Title = titles()[n*5%len(titles())]
	p.Spelled.Title = p.Title
	switch {
	case n%17 == 2:
		p.Phone, p.Spelled.Phone = "", ""
	case n%29 == 3:
		p.Title, p.Spelled.Title = "", "   "
	}
	switch {
	case n%70 == 11:
		p.setEnd(time.Date(2015+n/70%6, time.June, 30, 0, 0, 0, 0, time.UTC), n)
	case n%60 == 7:
		p.setEnd(time.Date(2038, time.December, 31, 0, 0, 0, 0, time.UTC), n)
	}
	return p
}

func partner(names []origin, n int) Person {
	p := person(names, Employees+1+n, nil)
	if h, is := hardAt(hardPartners(), n); is {
		p.setName(h.given, h.family)
		p.Why = h.why
	}
	p.Key = fmt.Sprintf("X%d", 2001+n)
	companies := companyNames()
	p.Company = companies[n%len(companies)]
	p.Mail = fmt.Sprintf("%s@partner%d.example.com", strings.ToLower(p.Key), n%len(companies)+1)
	place := locations()[n%len(locations())]
	p.Country, p.Spelled.Country = place.country, place.spelled[n/6%3]
	p.Phone, p.Spelled.Phone = place.phone(n + 500)
	if n%11 == 4 {
		p.Phone, p.Spelled.Phone = "", " "
	}
	return p
}

func companyNames() []string {
	return []string{"Nordlicht & Söhne GmbH", "Ateliers du Béton, S.A.", "=Equal Signs Ltd", "Żółw Logistyka", "\"Quoted\" Partners", "株式会社みほん", "Muster+Partner"}
}

// person returns what employees and partners have alike.
func person(names []origin, n int, cases []hard) Person {
	var p Person
	from, given, family := nameOf(names, n)
	p.Origin = from
	p.setName(given, family)
	if h, is := hardAt(cases, n%Employees); is {
		p.setName(h.given, h.family)
		p.Origin, p.Why = "", h.why
	}
	began := time.Date(2004, time.January, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, n*19%3650)
	p.Began, p.Spelled.Began = began.Format(time.DateOnly), spellDate(began, n)
	return p
}

func (p *Person) setName(given, family string) {
	p.Spelled.Given, p.Spelled.Family = given, family
	p.Given, p.Family = clean(given), clean(family)
}

func (p *Person) setEnd(end time.Time, n int) {
	p.Ended, p.Spelled.Ended = end.Format(time.DateOnly), spellDate(end, n+1)
}

// spellDate writes a day in one of the three ways that the sources know.
func spellDate(t time.Time, n int) string {
	return t.Format([]string{"2006-01-02", "02.01.2006", "2 Jan 2006"}[n%3])
}

// clean composes a text and takes away superfluous blanks.
func clean(s string) string { return norm.NFC.String(strings.Join(strings.Fields(s), " ")) }

func employeeKey(n int) string { return fmt.Sprintf("E%d", 1001+n) }

// managerOf returns the key of who leads the n-th employee: one of three leads of
// the department, then its head, then the chief. They stand anywhere among their
// people, so that many rows refer to one that comes later.
func managerOf(n, departments int) string {
	const chief, stranger = 209, 18
	department := n % departments
	rows := Employees / departments
	head := department + departments*((department*7+5)%rows)
	leads := []int{department + departments*8, department + departments*19, department + departments*33}
	switch {
	case n == chief:
		return ""
	case n == stranger:
		return "E9999"
	case n == head:
		return employeeKey(chief)
	case slices.Contains(leads, n):
		return employeeKey(head)
	}
	return employeeKey(leads[n/departments%len(leads)])
}
