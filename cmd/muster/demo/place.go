package demo

import "fmt"

// Department is a part of the company.
type Department struct {
	Code string
	Name string
}

// Departments returns the departments in the order of the database. Their names
// hold what makes names of containers hard: umlauts, a comma, a sign.
func Departments() []Department {
	return []Department{
		{"RND", "Research & Development"}, {"PRO", "Fertigung"}, {"SAL", "Sales"}, {"FIN", "Finance, Tax"}, {"MKT", "Märkte"},
		{"HRM", "People"}, {"ITS", "IT"}, {"LOG", "Logistics"}, {"SUP", "Support"}, {"LEG", "Legal"},
	}
}

func titles() []string {
	return []string{"Engineer", "Analyst", "Sachbearbeiter/in", "Ingénieure principale", "Consultant, senior", "Technician", "Accountant",
		"Project lead", "Specialist", "Werkstudent (m/w/d)", "Řídící pracovník", "Assistant"}
}

// location is a place of work with numbers nobody has: in each country those
// that its regulator keeps free for films and books.
type location struct {
	name    string
	country string // ISO 3166
	spelled [3]string
	code    string // of the country
	area    string
	begin   string // of the subscriber's number
	digits  int    // that follow it
}

func locations() []location {
	germany := [3]string{"Germany", "DE", "DEU"}
	return []location{
		{"Berlin", "DE", germany, "49", "30", "23125", 3},
		{"Hamburg", "DE", germany, "49", "40", "66969", 3},
		{"München", "DE", germany, "49", "89", "99998", 3},
		{"London", "GB", [3]string{"United Kingdom", "GB", "GBR"}, "44", "20", "79460", 3},
		{"Paris", "FR", [3]string{"France", "FR", "FRA"}, "33", "1", "9900", 4},
		{"Stockholm", "SE", [3]string{"Sweden", "SE", "SWE"}, "46", "8", "465004", 2},
	}
}

// phone returns the number of the n-th person as all agree on it (E.164), and
// as one of the ways in which people write it.
func (l location) phone(n int) (e164, spelled string) {
	last := fmt.Sprintf("%04d", n*37%10000)[4-l.digits:]
	e164 = "+" + l.code + l.area + l.begin + last
	switch n % 6 {
	case 0:
		return e164, "+" + l.code + " " + l.area + " " + l.begin + " " + last
	case 1:
		return e164, "+" + l.code + " (0)" + l.area + " " + l.begin + "-" + last
	case 2:
		return e164, "00" + l.code + " " + l.area + " / " + l.begin + last
	case 3:
		return e164, "+" + l.code + "." + l.area + "." + l.begin + "." + last
	case 4:
		if l.country == "DE" {
			return e164, "0" + l.area + " / " + l.begin + " - " + last
		}
	}
	return e164, e164
}
