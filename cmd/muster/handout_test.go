package main

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"filippo.io/age"
	"filippo.io/age/armor"

	"github.com/muster-idm/muster/bridge"
)

func handed(key, password string) bridge.Handed {
	return bridge.Handed{Key: key, DN: `CN=Doe\, Jane,OU=x`, Attribute: "unicodePwd", Secret: bridge.NewSecret(password)}
}

func TestPasswordsAreWrittenForTheirOwnerOnly(t *testing.T) {
	path := filepath.Join(t.TempDir(), "passwords.csv")
	h, err := newHandout(path, "")
	if err != nil {
		t.Fatal(err)
	}
	if err := h.Hand(t.Context(), handed("7", `a"b,c`)); err != nil {
		t.Fatal(err)
	}
	raw, err := os.ReadFile(path) // before the end: a process that dies loses nothing
	if want := handoutHeader + `7,"CN=Doe\, Jane,OU=x",unicodePwd,"a""b,c"` + "\n"; err != nil || string(raw) != want {
		t.Errorf("the file holds %q, %v; want %q", raw, err, want)
	}
	if i, err := os.Stat(path); err != nil || i.Mode().Perm() != 0o600 {
		t.Errorf("the mode is %v, %v; want 0600", i.Mode(), err)
	}
	var out bytes.Buffer
	if err := h.close(&out); err != nil || !strings.Contains(out.String(), "1 password in ") {
		t.Errorf("close said %q, %v", out.String(), err)
	}
	if _, err := newHandout(path, ""); !bridge.IsKind(err, bridge.Conflict) {
		t.Errorf("a second run over the same file: %v, want a conflict", err)
	}
}

func TestPasswordsForARecipientAreNeverInClear(t *testing.T) {
	id, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "passwords.age")
	h, err := newHandout(path, id.Recipient().String())
	if err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{"1", "2"} {
		if err := h.Hand(t.Context(), handed(key, "hunter"+key)); err != nil {
			t.Fatal(err)
		}
	}
	part, err := os.ReadFile(path + ".part")
	if err != nil || bytes.Contains(part, []byte("hunter")) || bytes.Count(part, []byte("BEGIN AGE")) != 2 {
		t.Fatalf("while under way: %q, %v", part, err)
	}
	if err := h.close(io.Discard); err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r, err := age.Decrypt(armor.NewReader(f), id)
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(r)
	if err != nil || !strings.Contains(string(text), "hunter1") || !strings.Contains(string(text), "hunter2") {
		t.Errorf("decrypted: %q, %v", text, err)
	}
	if _, err := os.Stat(path + ".part"); !os.IsNotExist(err) {
		t.Errorf("the blocks are still there: %v", err)
	}
}

func TestNoPasswordLeavesNoFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "passwords.csv")
	h, err := newHandout(path, "")
	if err != nil {
		t.Fatal(err)
	}
	if err := h.close(io.Discard); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(path); !os.IsNotExist(err) {
		t.Errorf("an empty file is left: %v", err)
	}
	if _, err := newHandout(path, "nonsense"); !bridge.IsKind(err, bridge.Invalid) {
		t.Errorf("a wrong recipient: %v", err)
	}
}
