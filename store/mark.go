package store

import (
	"bytes"
	"compress/flate"
	"encoding/binary"
	"errors"
	"io"
	"strings"

	"github.com/muster-idm/muster/bridge"
)

// packMarks writes marks as lengths and texts, compressed: a hundred thousand
// take a few megabytes.
func packMarks(marks []bridge.Mark) ([]byte, error) {
	var packed bytes.Buffer
	w, err := flate.NewWriter(&packed, flate.BestSpeed)
	if err != nil {
		return nil, err
	}
	var one []byte
	for _, m := range marks {
		one = one[:0]
		for _, text := range []string{m.Key, m.Digest} {
			one = append(binary.AppendUvarint(one, uint64(len(text))), text...)
		}
		if _, err := w.Write(one); err != nil {
			return nil, err
		}
	}
	err = w.Close()
	return packed.Bytes(), err
}

// unpackMarks reads what packMarks wrote.
func unpackMarks(packed []byte) ([]bridge.Mark, error) {
	plain, err := io.ReadAll(flate.NewReader(bytes.NewReader(packed)))
	if err != nil {
		return nil, err
	}
	var marks []bridge.Mark
	for r := bytes.NewReader(plain); r.Len() > 0; {
		var m bridge.Mark
		for _, text := range []*string{&m.Key, &m.Digest} {
			if *text, err = unpackText(r); err != nil {
				return nil, err
			}
		}
		marks = append(marks, m)
	}
	return marks, nil
}

func unpackText(r *bytes.Reader) (string, error) {
	n, err := binary.ReadUvarint(r)
	if err != nil {
		return "", err
	}
	if n > uint64(r.Len()) {
		return "", errors.New("a text is longer than what is left")
	}
	var text strings.Builder
	_, err = io.CopyN(&text, r, int64(n))
	return text.String(), err
}
