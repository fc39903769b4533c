package mapping

import (
	"math"
	"strconv"
	"strings"
	"time"

	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
)

const (
	nullDate     = "an empty date gives an empty value"
	nullDateText = "an empty date gives an empty text"
)

// forms are the arguments of date and format that are date forms.
var forms = map[int]fixedText{1: checkForm, 2: checkForm, 3: checkForm, 4: checkForm, 5: checkForm, 6: checkForm, 7: checkForm, 8: checkForm, 9: checkForm, 10: checkForm}

func dateFunctions() []*function {
	return append([]*function{
		{Function: Function{Name: "date", Signature: `date(text[, "dd.MM.yyyy", ...])`, Help: "A text as a date: ISO (2026-03-02), or the first of the forms that fits.", Null: nullDate,
			Entra: "CDate", Okta: "Time.fromStringToIso8601", Excel: "DATEVALUE, DATWERT",
			Examples: examples(`format(date("02.03.2026", "dd.MM.yyyy"))`, "2026-03-02", `date("")`, "")}, types: "s:d ss+:d d:d", fixed: forms, run: toDate},
		{Function: Function{Name: "format", Signature: `format(date[, "dd.MM.yyyy"])`, Help: "A date as text, in ISO form or as the form says, in the time zone of the job.", Null: nullDateText,
			Entra: "FormatDateTime", Okta: "Time.toString", Excel: "TEXT",
			Examples: examples(`format(today, "dd.MM.yyyy")`, "02.03.2026", `format(now, "HH:mm")`, "10:30")}, types: "d:s ds:s", fixed: forms, run: formatDate},
		{Function: Function{Name: "add_days", Signature: "add_days(date, days)", Help: "The date so many days later, or earlier with a number below zero.", Null: nullDate,
			Entra: "DateAdd", Okta: "plusDays, minusDays", Excel: "EDATE",
			Examples: examples(`format(add_days(today, 30))`, "2026-04-01", `format(add_days(today, -2))`, "2026-02-28")}, types: "di:d",
			run: func(l *library, a []ref.Val) ref.Val { return l.shift(a, func(n int) (int, int) { return 0, n }) }},
		{Function: Function{Name: "add_months", Signature: "add_months(date, months)", Help: "The date so many months later; the last day of a shorter month stays in it.", Null: nullDate,
			Entra: "DateAdd", Excel: "EDATE, EDATUM",
			Examples: examples(`format(add_months(date("2026-01-31"), 1))`, "2026-02-28", `format(add_months(today, -12))`, "2025-03-02")}, types: "di:d",
			run: func(l *library, a []ref.Val) ref.Val { return l.shift(a, func(n int) (int, int) { return n, 0 }) }},
		{Function: Function{Name: "days_between", Signature: "days_between(from, to)", Help: "The calendar days from one date to the other.", Null: nullDate,
			Entra: "DateDiff", Excel: "DAYS, TAGE, DATEDIF",
			Examples: examples(`days_between(today, date("2026-03-12"))`, "10", `days_between(today, now)`, "0")}, types: "dd:i",
			run: func(l *library, a []ref.Val) ref.Val { return l.dayDistance(a[0], a[1]) }},
		{Function: Function{Name: "year", Signature: "year(date)", Help: "The year of the date.", Null: nullDate, Excel: "YEAR, JAHR",
			Examples: examples(`year(today)`, "2026", `year(date("1999-12-31"))`, "1999")}, types: "d:i",
			run: func(l *library, a []ref.Val) ref.Val {
				t, ok := instant(a[0])
				if !ok {
					return types.NullValue
				}
				return types.Int(t.In(l.zone).Year())
			}},
	}, clockFunctions()...)
}

func clockFunctions() []*function {
	return []*function{
		{Function: Function{Name: "is_past", Signature: "is_past(date)", Help: "Whether the day is before today.", Null: nullFalse,
			Examples: examples(`is_past(date("2026-03-01"))`, "TRUE", `is_past(today)`, "FALSE")}, types: "dd:B", hidden: hiddenNow,
			run: func(l *library, a []ref.Val) ref.Val { return l.daysLeft(a, math.MinInt32, -1) }},
		{Function: Function{Name: "is_future", Signature: "is_future(date)", Help: "Whether the day is after today.", Null: nullFalse,
			Examples: examples(`is_future(date("2026-03-03"))`, "TRUE", `is_future(today)`, "FALSE")}, types: "dd:B", hidden: hiddenNow,
			run: func(l *library, a []ref.Val) ref.Val { return l.daysLeft(a, 1, math.MaxInt32) }},
		{Function: Function{Name: "starts_within", Signature: "starts_within(date, days)", Help: "Whether the day is today or at most so many days ahead.", Null: nullFalse,
			Okta:     "withinDays",
			Examples: examples(`starts_within(date("2026-03-16"), 14)`, "TRUE", `starts_within(date("2026-03-17"), 14)`, "FALSE")}, types: "did:B", hidden: hiddenNow,
			run: func(l *library, a []ref.Val) ref.Val { return l.daysLeft([]ref.Val{a[0], a[2]}, 0, count(a[1])) }},
		{Function: Function{Name: "filetime", Signature: "filetime(date)", Help: "The date as Active Directory counts time (accountExpires): 100 nanoseconds since 1601.", Null: nullDateText,
			Entra: "NumFromDate", Okta: "Time.fromIso8601ToWindows",
			Examples: examples(`filetime(date("1970-01-01T00:00:00Z"))`, "116444736000000000", `filetime(date(""))`, "")}, types: "d:s", run: toFiletime},
		{Function: Function{Name: "from_filetime", Signature: "from_filetime(text)", Help: "The date of a Windows file time; 0 and never have none.", Null: nullDate,
			Entra: "DateFromNum", Okta: "Time.fromWindowsToIso8601",
			Examples: examples(`year(from_filetime("116444736000000000"))`, "1970", `from_filetime("9223372036854775807")`, "")}, types: "s:d i:d", run: fromFiletime},
	}
}

// midnight is the start of the day in the zone of the job.
func (l *library) midnight(t time.Time) time.Time {
	y, m, d := t.In(l.zone).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, l.zone)
}

// dayNumber counts calendar days, so that a day of 23 hours is a day.
func (l *library) dayNumber(t time.Time) int64 {
	y, m, d := t.In(l.zone).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix() / 86_400
}

func (l *library) dayDistance(from, to ref.Val) ref.Val {
	a, okA := instant(from)
	b, okB := instant(to)
	if !okA || !okB {
		return types.NullValue
	}
	return types.Int(l.dayNumber(b) - l.dayNumber(a))
}

// daysLeft says whether the days from now (the second argument) to the date are in the range.
func (l *library) daysLeft(a []ref.Val, least, most int) ref.Val {
	n, ok := l.dayDistance(a[1], a[0]).(types.Int)
	return types.Bool(ok && int64(n) >= int64(least) && int64(n) <= int64(most))
}

func (l *library) shift(a []ref.Val, by func(n int) (months, days int)) ref.Val {
	t, ok := instant(a[0])
	if _, given := whole(a[1]); !ok || !given {
		return types.NullValue
	}
	months, days := by(count(a[1]))
	t = t.In(l.zone)
	moved := t.AddDate(0, months, days)
	if months != 0 && moved.Day() != t.Day() {
		moved = moved.AddDate(0, 0, -moved.Day()) // the day does not exist: the last one of the month before
	}
	return date(moved)
}

// date refuses years that neither CEL nor a directory can hold.
func date(t time.Time) ref.Val {
	if t.Year() < 1 || t.Year() > 9999 {
		return fail("the date is out of range", "")
	}
	return types.Timestamp{Time: t}
}

var isoLayouts = []string{"2006-01-02", time.RFC3339Nano, "2006-01-02T15:04:05", "2006-01-02 15:04:05", "2006-01-02T15:04", "2006-01-02 15:04", "20060102"}

func toDate(l *library, a []ref.Val) ref.Val {
	if t, ok := instant(a[0]); ok {
		return date(l.midnight(t))
	}
	text := trimText(txt(a[0]))
	if text == "" {
		return types.NullValue
	}
	wanted := "2026-12-31"
	layouts := isoLayouts
	if len(a) > 1 {
		layouts = layouts[:0:0]
		var spelled []string
		for _, v := range a[1:] {
			layout, _ := layoutOf(txt(v))
			layouts, spelled = append(layouts, layout), append(spelled, txt(v))
		}
		wanted = strings.Join(spelled, " or ")
	}
	for _, layout := range layouts {
		if t, err := time.ParseInLocation(layout, text, l.zone); err == nil {
			return date(t)
		}
	}
	return fail("the text is not a date of the form "+wanted, text)
}

func formatDate(l *library, a []ref.Val) ref.Val {
	t, ok := instant(a[0])
	if !ok {
		return types.String("")
	}
	if len(a) == 1 {
		return types.String(plainText(types.Timestamp{Time: t}, l))
	}
	layout, problem := layoutOf(txt(a[1]))
	if problem != "" {
		return fail(problem, txt(a[1]))
	}
	return types.String(t.In(l.zone).Format(layout))
}

// letters of a date form and what Go calls them. Longer ones stand first.
var formLetters = []struct{ form, layout string }{
	{"yyyy", "2006"}, {"yy", "06"}, {"MMMM", "January"}, {"MMM", "Jan"}, {"MM", "01"}, {"M", "1"}, {"dd", "02"}, {"d", "2"},
	{"EEEE", "Monday"}, {"EEE", "Mon"}, {"HH", "15"}, {"hh", "03"}, {"h", "3"}, {"mm", "04"}, {"ss", "05"}, {"SSS", "000"}, {"a", "PM"}, {"XXX", "Z07:00"},
}

// layoutOf translates a form such as dd.MM.yyyy; text in single quotes stays.
func layoutOf(form string) (layout, problem string) {
	var b strings.Builder
next:
	for form != "" {
		for _, f := range formLetters {
			if rest, ok := strings.CutPrefix(form, f.form); ok {
				b.WriteString(f.layout)
				form = rest
				continue next
			}
		}
		switch c := form[0]; {
		case strings.HasPrefix(form, "'T'"):
			b.WriteByte('T')
			form = form[3:]
		case strings.IndexByte(" ./-:,T", c) >= 0:
			b.WriteByte(c)
			form = form[1:]
		default:
			return "", "the date form has " + strconv.Quote(leftOf(form, 1)) + " in it, which means nothing"
		}
	}
	return b.String(), ""
}

func checkForm(_ *library, form string) (string, string) {
	layout, problem := layoutOf(form)
	if problem == "" && layout == "" {
		problem = "the date form is blank"
	}
	if problem == "" {
		return "", ""
	}
	return problem, "yyyy yy MM M dd d HH hh mm ss, with . / - : and blanks, for example dd.MM.yyyy"
}

// secondsTo1970 are the seconds from 1601, where Windows starts to count.
const secondsTo1970 = 11_644_473_600

func toFiletime(_ *library, a []ref.Val) ref.Val {
	t, ok := instant(a[0])
	if !ok {
		return types.String("")
	}
	if t.Year() < 1601 {
		return fail("the date is before 1601", t.Format(time.DateOnly))
	}
	return types.String(strconv.FormatInt((t.Unix()+secondsTo1970)*10_000_000+int64(t.Nanosecond()/100), 10))
}

func fromFiletime(_ *library, a []ref.Val) ref.Val {
	n, ok := whole(a[0])
	if text := trimText(txt(a[0])); !ok && text != "" {
		var err error
		if n, err = strconv.ParseInt(text, 10, 64); err != nil {
			return fail("the text is not a Windows file time", text)
		}
	}
	if n <= 0 || n == math.MaxInt64 {
		return types.NullValue
	}
	return date(time.Unix(n/10_000_000-secondsTo1970, n%10_000_000*100).UTC())
}
