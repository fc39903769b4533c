package bridge

import "fmt"

// verdicts holds the limits of the connection against the counts of a plan.
func verdicts(limits Limits, counts Counts, population, rows, lastRows int) []Verdict {
	var out []Verdict
	for _, action := range AllActions() {
		limit, bounded := limits.Actions[action]
		if !bounded {
			continue
		}
		measured := counts.Actions[action]
		if limit.Count != nil {
			out = append(out, countVerdict(action, measured, *limit.Count))
		}
		if limit.Percent != nil {
			out = append(out, percentVerdict(action, measured, *limit.Percent, population, limits.Floor))
		}
	}
	if limits.MinRows > 0 && lastRows > 0 {
		out = append(out, rowsVerdict(rows, lastRows, limits.MinRows))
	}
	return out
}

func countVerdict(action Action, measured, bound int) Verdict {
	v := Verdict{Limit: string(action), Measured: float64(measured), Bound: float64(bound), Blocked: measured > 0 && measured >= bound}
	switch {
	case v.Blocked && bound == 0:
		v.Message = fmt.Sprintf("%d to %s; none is allowed", measured, action)
	case v.Blocked:
		v.Message = fmt.Sprintf("%d to %s; the limit is fewer than %d", measured, action, bound)
	default:
		v.Message = fmt.Sprintf("%d to %s, fewer than %d", measured, action, bound)
	}
	return v
}

func percentVerdict(action Action, measured int, percent float64, population, floor int) Verdict {
	v := Verdict{Limit: string(action), Bound: percent, Percent: true, Of: population}
	if population > 0 {
		v.Measured = float64(measured) * 100 / float64(population)
	}
	switch {
	case measured == 0:
		v.Message = fmt.Sprintf("none to %s", action)
	case percent == 0:
		v.Blocked, v.Message = true, fmt.Sprintf("%d to %s; none is allowed", measured, action)
	case population < floor:
		v.Message = fmt.Sprintf("%d to %s; percentages are ignored below %d entries (there are %d)", measured, action, floor, population)
	case v.Measured >= percent:
		v.Blocked, v.Message = true, fmt.Sprintf("%d of %d to %s are %.1f %%; the limit is less than %g %%", measured, population, action, v.Measured, percent)
	default:
		v.Message = fmt.Sprintf("%d of %d to %s are %.1f %%, less than %g %%", measured, population, action, v.Measured, percent)
	}
	return v
}

func rowsVerdict(rows, lastRows int, percent float64) Verdict {
	v := Verdict{Limit: "rows", Percent: true, Of: lastRows, Bound: percent, Measured: float64(rows) * 100 / float64(lastRows)}
	v.Blocked = v.Measured < percent
	word := "rows"
	if rows == 1 {
		word = "row"
	}
	v.Message = fmt.Sprintf("the source has %d %s, %.1f %% of the %d of the last good run", rows, word, v.Measured, lastRows)
	if v.Blocked {
		v.Message += fmt.Sprintf("; at least %g %% are expected", percent)
	}
	return v
}
