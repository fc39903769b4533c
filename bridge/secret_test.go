package bridge

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

func TestASecretPrintsAsStars(t *testing.T) {
	s := NewSecret("hunter2")
	type holder struct{ S Secret }
	b, err := json.Marshal(map[string]any{"s": s, "h": holder{s}, "p": &s})
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{fmt.Sprint(s), fmt.Sprintf("%v %+v %#v %s %q", s, s, s, s, s), fmt.Sprintf("%v %#v", holder{s}, &holder{s}), string(b)} {
		if strings.Contains(text, "hunter2") {
			t.Errorf("the secret shows in %s", text)
		}
	}
	if s.Reveal() != "hunter2" {
		t.Error("the secret is lost")
	}
}
