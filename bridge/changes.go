package bridge

import (
	"cmp"
	"context"
	"encoding/hex"
	"encoding/json"
	"iter"
	"slices"
)

// changeBuffer collects the changes of a plan in their encoded form, which is
// a fraction of what they take as structs, and yields them in plan order. The
// first few are kept as structs too: a push has no more, and is read often.
type changeBuffer struct {
	rows []encodedChange
}

const fewChanges = 16

type encodedChange struct {
	stage Stage
	key   string
	order int // among the changes of one record and stage
	raw   []byte
	plain *Change // nil beyond the first few
}

var _ ChangeList = (*changeBuffer)(nil)

// NewChangeList holds the changes in memory, in the order given; their Seq is
// their place in it.
func NewChangeList(changes ...Change) (ChangeList, error) {
	b := &changeBuffer{}
	for _, c := range changes {
		if err := b.add(c); err != nil {
			return nil, err
		}
	}
	return b, nil
}

func (b *changeBuffer) add(c Change) error {
	raw, err := encodeChange(c)
	if err != nil {
		return err
	}
	row := encodedChange{stage: c.Stage, key: c.Key, order: len(b.rows), raw: raw}
	if len(b.rows) < fewChanges {
		row.plain = &c
	}
	b.rows = append(b.rows, row)
	return nil
}

// drop removes the changes of the records that must not be touched after all.
func (b *changeBuffer) drop(keys map[string]bool) {
	b.rows = slices.DeleteFunc(b.rows, func(r encodedChange) bool { return keys[r.key] })
}

// sort puts the changes into plan order: by stage, then by record key.
func (b *changeBuffer) sort() {
	slices.SortFunc(b.rows, func(x, y encodedChange) int {
		return cmp.Or(cmp.Compare(x.stage, y.stage), cmp.Compare(x.key, y.key), cmp.Compare(x.order, y.order))
	})
}

func (b *changeBuffer) hash(p *Plan) string {
	h := newPlanHash(p)
	for _, r := range b.rows {
		h.Write(r.raw)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// Len returns the number of changes.
func (b *changeBuffer) Len() int { return len(b.rows) }

// All yields the changes in plan order.
func (b *changeBuffer) All(ctx context.Context) iter.Seq2[Change, error] {
	return func(yield func(Change, error) bool) {
		for i, r := range b.rows {
			c, err := r.change()
			if err == nil {
				err = ctx.Err()
			}
			c.Seq = i + 1
			if !yield(c, err) || err != nil {
				return
			}
		}
	}
}

// change returns the change; the caller may resolve its references.
func (r *encodedChange) change() (c Change, err error) {
	if r.plain == nil {
		return c, json.Unmarshal(r.raw, &c)
	}
	c = *r.plain
	c.References = slices.Clone(c.References)
	return c, nil
}
