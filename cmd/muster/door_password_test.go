package main

import (
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/muster-idm/muster/bridge/devdir"
)

// A password that is pushed opens the account, the one before opens it no more,
// and neither is anywhere else: not in the store and what lies beside it, not in
// the log however much is logged, not in any answer.
func TestAPasswordReachesTheDirectoryAndNothingElse(t *testing.T) {
	inEachDirectory(t, func(p *premises) {
		p.serve(oneClient)
		passwords := []string{"Marmalade-Kettle-11", "Umbrella-Falcon-22", "Trombone-Cactus-33", "Lantern-Puzzle-44", "Saddle-Velvet-55", "Walnut-Glacier-66"}
		p.names["ada"] = p.wants(201, "POST /Users", newUser("Ada", `"active": true`, `"password": "`+passwords[0]+`"`))
		for i, push := range [][2]string{
			{"PATCH /Users/{ada}", patchOf(`{"op": "replace", "value": {"password": "%s"}}`)},
			{"PATCH /Users/{ada}", patchOf(`{"op": "Replace", "path": "password", "value": "%s"}`)},
			{"PUT /Users/{ada}", newUser("Ada", `"active": true`, `"password": "%s"`)},
			{"PATCH /Users/{ada}", patchOf(bossTitle, `{"op": "add", "path": "urn:ietf:params:scim:schemas:core:2.0:User:password", "value": "%s"}`)},
			{"POST /Bulk", `{"schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"], "Operations": [{"method": "PATCH", "path": "/Users/{ada}",
				"data": ` + patchOf(`{"op": "replace", "path": "password", "value": "%s"}`) + `}]}`},
		} {
			p.wants(200, push[0], fmt.Sprintf(push[1], passwords[i+1]))
			if !p.signsIn("CN=Ada,OU=Staff", passwords[i+1]) {
				t.Errorf("%s: the new password does not open the account", push[0])
			}
			if i%2 == 1 && p.signsIn("CN=Ada,OU=Staff", passwords[i-1]) { // Windows takes the last but one for an hour at most, and never the one before
				t.Errorf("%s: an old password opens the account", push[0])
			}
		}
		p.wants(200, "GET /Users/{ada}?attributes=password,userName", "")
		p.wants(200, "PATCH /Users/{ada}", patchOf(`{"op": "replace", "path": "displayName", "value": "Ada Lovelace"}`))
		if !p.signsIn("CN=Ada Lovelace,OU=Staff", passwords[5]) {
			t.Error("a change of something else changed the password")
		}
		p.nowhere(passwords...)
	})
}

// A password that cannot be used is nowhere either, not even in the sentence
// that refuses it.
func TestAPasswordThatIsRefusedIsNowhere(t *testing.T) {
	inEachDirectory(t, func(p *premises) {
		p.serve(oneClient)
		p.names["ada"] = p.wants(201, "POST /Users", newUser("Ada", `"active": true`, `"password": "Marmalade-Kettle-11"`))
		p.wants(201, "POST /Users", newUser("Bob", `"active": true`, `"password": "kettle"`)) // Okta's placeholder is as short
		for request, status := range map[string]int{
			"PATCH /Users/{ada} " + patchOf(`{"op": "replace", "path": "password", "value": ["Umbrella-Falcon-22"]}`):                              400,
			"PATCH /Users/{ada} " + patchOf(`{"op": "replace", "path": "password", "value": {"value": "Umbrella-Falcon-22"}}`):                     400,
			"PATCH /Users/{ada} " + patchOf(`{"op": "replace", "path": "userName", "value": ""}`, strings.ReplaceAll(setPassword, "%s", "kettle")): 400,
			"POST /Users " + newUser("Eve", `"active": true`, `"password": {"Umbrella-Falcon-22": 1}`):                                             400,
			"POST /Users " + newUser("Eve", `"active": true`, `"password": "Umbrella-Falcon-22`):                                                   400,
			"POST /Users " + newUser("Ada", `"active": true`, `"password": "Umbrella-Falcon-22"`):                                                  409,
			`GET /Users?filter=password eq "Umbrella-Falcon-22"`:                                                                                   400,
			`GET /Users?filter=password eq "Umbrella-Falcon-22" and userName pr`:                                                                   400,
		} {
			if a := p.ask(request); a.status != status {
				t.Errorf("%s is answered with %d %v", request, a.status, a.body)
			}
		}
		if !p.signsIn("CN=Ada,OU=Staff", "Marmalade-Kettle-11") {
			t.Error("a refused request changed the password")
		}
		p.holds("CN=Ada,OU=Staff\n enabled: true\nCN=Bob,OU=Staff\n enabled: true\n")
		p.nowhere("Umbrella-Falcon-22", "kettle")
	})
}

const setPassword = `{"op": "replace", "path": "password", "value": "%s"}`

// A password is with a create that is retried, and with an intent that stays
// open; it is written down in neither.
func TestAPasswordIsNotWrittenDownForAnotherAttempt(t *testing.T) {
	p := withDevdir(t).serve(oneClient)
	create := newUser("Ada", `"active": true`, `"password": "Marmalade-Kettle-11"`)
	for _, effect := range []devdir.Effect{devdir.Cut(), devdir.CutAfter()} {
		p.site.directory.Fault(devdir.Fault{Op: "add", Do: effect})
		p.putOff(p.ask("POST /Users " + create))
		p.nowhere("Marmalade-Kettle-11")
		p.site.directory.ClearFaults()
	}
	p.names["ada"] = p.wants(201, "POST /Users", create)
	if !p.signsIn("CN=Ada,OU=Staff", "Marmalade-Kettle-11") {
		t.Error("the password that came with the last attempt does not open the account")
	}
	p.site.directory.Fault(devdir.Fault{Op: "modify", Do: devdir.Cut()})
	change := "PATCH /Users/{ada} " + patchOf(fmt.Sprintf(setPassword, "Umbrella-Falcon-22"))
	p.putOff(p.ask(change))
	p.site.directory.ClearFaults()
	p.is(200, p.ask(change))
	if !p.signsIn("CN=Ada,OU=Staff", "Umbrella-Falcon-22") || p.signsIn("CN=Ada,OU=Staff", "Marmalade-Kettle-11") {
		t.Error("the password that came with the next attempt is not the account's")
	}
	p.nowhere("Marmalade-Kettle-11", "Umbrella-Falcon-22")
}

func TestAConnectionMayIgnorePasswords(t *testing.T) {
	inEachDirectory(t, func(p *premises) {
		p.serve(strings.Replace(oneClient, "    empty: clear\n", "    passwords: ignore\n", 1))
		p.names["ada"] = p.wants(201, "POST /Users", newUser("Ada", `"active": true`, `"password": "Marmalade-Kettle-11"`))
		p.wants(200, "PATCH /Users/{ada}", patchOf(fmt.Sprintf(setPassword, "Umbrella-Falcon-22")))
		p.holds("CN=Ada,OU=Staff\n enabled: true\n")
		for _, password := range []string{"Marmalade-Kettle-11", "Umbrella-Falcon-22"} {
			if p.signsIn("CN=Ada,OU=Staff", password) {
				t.Errorf("%s opens the account", password)
			}
		}
		p.nowhere("Marmalade-Kettle-11", "Umbrella-Falcon-22")
	})
}

// nowhere says that passwords are in none of the forms in which they travel in
// the store, the log or an answer.
func (p *premises) nowhere(passwords ...string) {
	p.t.Helper()
	texts := map[string]string{"the log": p.log.String(), "an answer": p.answers.String()}
	files, err := filepath.Glob(filepath.Join(filepath.Dir(p.path), "*"))
	p.must(err)
	for _, file := range files {
		text, err := os.ReadFile(file)
		p.must(err)
		texts[filepath.Base(file)] = string(text)
	}
	if len(texts["muster.db"])+len(texts["muster.db-wal"]) < 10_000 || !strings.Contains(texts["the log"], `"msg":"scim"`) || !strings.Contains(texts["an answer"], "urn:ietf") {
		p.t.Fatal("there is too little to look through")
	}
	for place, text := range texts {
		for _, password := range passwords {
			for _, form := range []string{password, quotedUTF16(password), strings.Trim(quotedUTF16(password), "\"\x00"),
				strings.TrimRight(base64.StdEncoding.EncodeToString([]byte(password)), "="), base64.StdEncoding.EncodeToString([]byte(quotedUTF16(password)))} {
				if strings.Contains(text, form) {
					p.t.Errorf("%s is in %s", password, place)
				}
			}
		}
	}
}
