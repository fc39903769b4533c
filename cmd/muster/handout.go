package main

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"os"
	"sync"

	"filippo.io/age"
	"filippo.io/age/armor"

	"github.com/muster-idm/muster/bridge"
)

// handout writes generated passwords to a file that only its owner can read,
// one line each, and never to a file that exists already. With a recipient
// (age-encryption.org) nothing is written in clear: each line is its own
// encrypted block beside the file until the end, when all lines become one.
type handout struct {
	path      string
	recipient age.Recipient // nil: in clear

	mu    sync.Mutex
	file  *os.File // the lines, or the encrypted blocks
	lines bytes.Buffer
	count int
}

var _ bridge.Handout = (*handout)(nil)

const handoutHeader = "key,dn,attribute,password\n"

// newHandout creates the file, so that a path that cannot be written is known
// before the first password is made.
func newHandout(path, recipient string) (*handout, error) {
	h := &handout{path: path}
	if recipient != "" {
		r, err := age.ParseX25519Recipient(recipient)
		if err != nil {
			return nil, bridge.Errorf(bridge.Invalid, "the recipient %q is no age public key; age-keygen makes one, it begins with age1", recipient)
		}
		h.recipient = r
	}
	if _, err := os.Lstat(path); err == nil {
		return nil, bridge.Errorf(bridge.Conflict, "%s exists already; passwords are never written over anything, so name another file", path)
	}
	var err error
	if h.file, err = os.OpenFile(h.working(), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600); err != nil {
		return nil, bridge.Wrap(bridge.Invalid, err, "the file for passwords cannot be created")
	}
	h.lines.WriteString(handoutHeader)
	if h.recipient == nil {
		if _, err := h.file.WriteString(handoutHeader); err != nil {
			return nil, bridge.Wrap(bridge.Unavailable, err, "the file for passwords cannot be written")
		}
	}
	return h, nil
}

// working is where lines go while the run is under way.
func (h *handout) working() string {
	if h.recipient == nil {
		return h.path
	}
	return h.path + ".part"
}

// Hand returns when the line is on the disk.
func (h *handout) Hand(_ context.Context, p bridge.Handed) error {
	var line bytes.Buffer
	w := csv.NewWriter(&line)
	if err := w.Write([]string{p.Key, p.DN, p.Attribute, p.Secret.Reveal()}); err != nil {
		return err
	}
	w.Flush()
	h.mu.Lock()
	defer h.mu.Unlock()
	block := line.Bytes()
	if h.recipient != nil {
		h.lines.Write(line.Bytes())
		var err error
		if block, err = h.encrypt(line.Bytes()); err != nil {
			return err
		}
	}
	if _, err := h.file.Write(block); err != nil {
		return err
	}
	h.count++
	return h.file.Sync()
}

func (h *handout) encrypt(text []byte) ([]byte, error) {
	var out bytes.Buffer
	armored := armor.NewWriter(&out)
	w, err := age.Encrypt(armored, h.recipient)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(text); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	if err := armored.Close(); err != nil {
		return nil, err
	}
	out.WriteByte('\n')
	return out.Bytes(), nil
}

// close ends the file. One without a password is removed; the encrypted blocks
// are replaced by one encrypted file with all lines.
func (h *handout) close(out io.Writer) error {
	if err := h.file.Close(); err != nil {
		return err
	}
	if h.count == 0 {
		return os.Remove(h.working())
	}
	if h.recipient != nil {
		whole, err := h.encrypt(h.lines.Bytes())
		if err != nil {
			return err
		}
		if err := os.WriteFile(h.path, whole, 0o600); err != nil {
			return fmt.Errorf("the passwords stay in %s, each line its own block: %w", h.working(), err)
		}
		if err := os.Remove(h.working()); err != nil {
			return err
		}
	}
	_, err := fmt.Fprintf(out, "%s in %s. Hand out what is there, then remove the file.\n", plural(h.count, "password"), h.path)
	return err
}
