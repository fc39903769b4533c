package sheet

import (
	"bytes"
	"io"
)

// seek returns a reader of what begins with the mark; it is empty when the mark
// does not occur.
func seek(in io.Reader, mark []byte) (io.Reader, error) {
	window := make([]byte, 256<<10)
	kept := 0
	for {
		n, err := in.Read(window[kept:])
		end := kept + n
		if at := bytes.Index(window[:end], mark); at >= 0 {
			return io.MultiReader(bytes.NewReader(bytes.Clone(window[at:end])), in), nil
		}
		if err == io.EOF {
			return bytes.NewReader(nil), nil
		}
		if err != nil {
			return nil, err
		}
		kept = copy(window, window[max(0, end-len(mark)):end])
	}
}
