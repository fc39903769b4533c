package render

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/muster-idm/muster/bridge"
)

// MaxPlanBytes is the greatest plan that ReadJSON takes.
const MaxPlanBytes = 256 << 20

// JSON writes a plan as one JSON object, its header first, beginning with
// format_version, and its changes last, one a line, in their order. The same
// plan gives the same bytes. Values of sensitive attributes, and every value
// and DN when o.Masked is set, are written as "***"; the hash is that of the
// plan itself.
func JSON(ctx context.Context, w io.Writer, plan *bridge.Plan, o Options) error {
	header := *plan
	if o.Masked {
		header.Findings = maskedFindings(plan.Findings)
	}
	out := bufio.NewWriter(w)
	if err := openObject(out, &header, "changes"); err != nil {
		return err
	}
	for c, err := range plan.Changes.All(ctx) {
		if err != nil {
			return err
		}
		maskChange(&c, o)
		if err := writeItem(out, c, c.Seq == 1); err != nil {
			return err
		}
	}
	return closeObject(out)
}

// openObject writes the fields of v and begins the list of that name.
func openObject(out *bufio.Writer, v any, list string) error {
	fields, err := encode(v)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, `%s,"%s":[`, bytes.TrimSuffix(fields, []byte("}")), list)
	return err
}

func writeItem(out *bufio.Writer, v any, first bool) error {
	item, err := encode(v)
	if err != nil {
		return err
	}
	before := ",\n"
	if first {
		before = "\n"
	}
	_, err = fmt.Fprintf(out, "%s%s", before, item)
	return err
}

func closeObject(out *bufio.Writer) error {
	if _, err := out.WriteString("\n]}\n"); err != nil {
		return err
	}
	return out.Flush()
}

func encode(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, bridge.Wrap(bridge.Internal, err, "the plan cannot be written as JSON")
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

// ReadJSON reads what JSON wrote, whole and into memory. The error is of kind
// Invalid for anything else: an unknown field, another format, changes that do
// not count from 1, text after the end; and TooLarge beyond MaxPlanBytes.
func ReadJSON(r io.Reader) (*bridge.Plan, error) {
	limited := &io.LimitedReader{R: r, N: MaxPlanBytes + 1}
	d := json.NewDecoder(limited)
	d.DisallowUnknownFields()
	var in struct {
		bridge.Plan
		Changes []bridge.Change `json:"changes"`
	}
	err := d.Decode(&in)
	if err == nil {
		err = atEnd(d)
	}
	switch {
	case limited.N <= 0:
		return nil, bridge.Errorf(bridge.TooLarge, "the plan is larger than %d bytes", int64(MaxPlanBytes))
	case err != nil:
		return nil, bridge.Wrap(bridge.Invalid, err, "this is no plan in JSON")
	case in.FormatVersion != bridge.FormatVersion:
		return nil, bridge.Errorf(bridge.Invalid, "the plan has format_version %d; wanted is %d", in.FormatVersion, bridge.FormatVersion)
	}
	if err := checkChanges(in.Changes, in.Counts.Changes); err != nil {
		return nil, err
	}
	in.Plan.Changes, err = bridge.NewChangeList(in.Changes...)
	return &in.Plan, err
}

func atEnd(d *json.Decoder) error {
	_, err := d.Token()
	if err == io.EOF {
		return nil
	}
	return errors.Join(errors.New("there is text after the end of the plan"), err)
}

func checkChanges(changes []bridge.Change, counted int) error {
	if len(changes) != counted {
		return bridge.Errorf(bridge.Invalid, "the plan counts %d changes and holds %d", counted, len(changes))
	}
	for i, c := range changes {
		if c.Seq != i+1 {
			return bridge.Errorf(bridge.Invalid, "change %d has seq %d", i+1, c.Seq)
		}
	}
	return nil
}
