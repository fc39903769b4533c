package bridge

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"hash"
	"strconv"
)

// HashPlan returns what Plan.Hash must be: sha256, in hexadecimal, over the
// format, the connection and its revision, the digest of the source, the
// identity of the destination and every change. Who made the plan, when, and
// under which id are outside it.
func HashPlan(ctx context.Context, p *Plan) (string, error) {
	h := newPlanHash(p)
	for change, err := range p.Changes.All(ctx) {
		if err != nil {
			return "", err
		}
		raw, err := encodeChange(change)
		if err != nil {
			return "", err
		}
		h.Write(raw)
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

func newPlanHash(p *Plan) hash.Hash {
	h := sha256.New()
	for _, part := range []string{strconv.Itoa(p.FormatVersion), p.Connection, p.Revision, p.Source.Digest, p.Destination, p.Identity} {
		fmt.Fprintf(h, "%d:%s\n", len(part), part)
	}
	return h
}

// encodeChange returns the canonical bytes of a change without its place in the
// plan, which follows from the order.
func encodeChange(c Change) ([]byte, error) {
	c.Seq = 0
	raw, err := json.Marshal(c)
	if err != nil {
		return nil, Wrap(Internal, err, "the change of record %q cannot be written as JSON", c.Key)
	}
	return append(raw, '\n'), nil
}
