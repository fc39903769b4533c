package demo

import "fmt"

// Happening is a kind of event.
type Happening string

// The happenings.
const (
	Joined     Happening = "joiner"
	MovedOn    Happening = "mover"
	WentAway   Happening = "leaver"
	Renamed    Happening = "name change"
	CameBack   Happening = "rehire"
	KeyDoubled Happening = "duplicate key"
	RowBroken  Happening = "row with faults"
	RowMended  Happening = "row mended"
)

// Event is what happens to one person from one day to the next.
type Event struct {
	Day  Day
	What Happening
	Key  string
	Text string // a sentence for people
}

// The people to whom something happens.
const (
	joinerRow  = Employees // the row after the last
	moverKey   = "E1033"
	leaverKey  = "E1047"
	renamedKey = "E1059"
	rehireKey  = "E1012" // left before the start
	brokenKey  = "E1073"
	doubledKey = "X2015"
)

// Story tells what happens on a day; nothing on the first.
func Story(day Day) []Event {
	switch day {
	case Changed:
		return []Event{
			{day, Joined, employeeKey(joinerRow), "a joiner: E1421 begins in Logistics"},
			{day, MovedOn, moverKey, "a mover: E1033 goes from Sales to Legal and gets another title"},
			{day, WentAway, leaverKey, "a leaver: the row of E1047 is gone"},
			{day, Renamed, renamedKey, "a name change: E1059 marries and takes the name Grünwald-Öz"},
			{day, CameBack, rehireKey, "a rehire: E1012, who left in 2015, is back"},
			{day, RowBroken, brokenKey, "a row with faults: E1073 lost the family name and began on 31.02.2024"},
			{day, KeyDoubled, doubledKey, "a duplicate: X2015 stands twice in the sheet"},
		}
	case Mended:
		return []Event{
			{day, CameBack, leaverKey, "a rehire: E1047 is back after one day"},
			{day, RowMended, brokenKey, "the row of E1073 is mended"},
			{day, RowMended, doubledKey, "the second row of X2015 is gone"},
		}
	}
	return nil
}

// tell changes the people as the story goes.
func tell(people []Person, day Day) []Person {
	if day < Changed {
		return people
	}
	out := people[:0]
	for _, p := range people {
		if p.Key == leaverKey && day == Changed {
			continue
		}
		happen(&p, day)
		out = append(out, p)
	}
	return out
}

func happen(p *Person, day Day) {
	switch p.Key {
	case moverKey:
		p.Department, p.Title, p.Spelled.Title = "LEG", "Counsel", "Counsel"
	case renamedKey:
		p.setName(p.Spelled.Given, "Grünwald-Öz")
	case rehireKey:
		p.Ended, p.Spelled.Ended = "", ""
	case brokenKey:
		if day == Changed {
			p.Faulty, p.Spelled.Family, p.Spelled.Began = true, "  ", "31.02.2024"
		}
	case doubledKey:
		p.Doubled = day == Changed
	}
}

func joiner(names []origin) Person {
	p := employee(names, joinerRow)
	p.Department, p.Manager = "LOG", employeeKey(7)
	return p
}

// String writes the event as a line.
func (e Event) String() string { return fmt.Sprintf("day %d, %s", e.Day, e.Text) }
