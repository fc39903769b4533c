package conformance

import (
	"strings"
	"time"
)

const oktaSpec = "Okta SCIM 2.0 SPEC test (Okta-SCIM-20-SPEC-Test.json), step "

// oktaSpecChecks are the twelve requests that Okta publishes as the test of a
// server, with the assertions it makes.
var oktaSpecChecks = []Check{
	alone(client(Okta, "okta-spec-01-first-user", "the first user of the list has all that Okta imports", oktaSpec+"1", oktaFirstUser)),
	client(Okta, "okta-spec-02-read-user", "a user is read by its id with names and e-mail", oktaSpec+"2", oktaReadUser),
	client(Okta, "okta-spec-03-unknown-name", "a filter for a name that nobody has answers 200 and an empty list", oktaSpec+"3", oktaUnknownName, Filter),
	client(Okta, "okta-spec-04-unknown-id", "an unknown id is answered 404 with a detail in the form of an Error", oktaSpec+"4", oktaUnknownID),
	client(Okta, "okta-spec-05-name-is-free", "a filter for a new e-mail address answers 200 and totalResults 0", oktaSpec+"5", oktaNameIsFree, Filter),
	client(Okta, "okta-spec-06-create", "a user is created from application/json; names come back in the case sent", oktaSpec+"6", oktaCreate),
	client(Okta, "okta-spec-07-read-created", "a created user can be read at once, as it was sent", oktaSpec+"7", oktaReadCreated),
	client(Okta, "okta-spec-08-create-twice", "the same user a second time is answered 409", oktaSpec+"8", oktaCreateTwice),
	client(Okta, "okta-spec-09-upper-case", "a filter for a name in upper case is answered 200", oktaSpec+"9", oktaUpperCase, Filter),
	alone(client(Okta, "okta-spec-10-groups", "groups are listed in less than 600 ms", oktaSpec+"10", oktaGroups, Groups)),
	client(Okta, "okta-spec-11-wrong-token", "a wrong token is answered 401 in the form of an Error", oktaSpec+"11", oktaWrongToken),
	client(Okta, "okta-spec-12-unknown-number", "an id of digits that does not exist is answered 404 in the form of an Error", oktaSpec+"12", oktaUnknownNumber),
}

// oktaUser is the body of a create, as the test and the client send it.
func oktaUser(s *Session, more ...Attrs) Attrs {
	mail := s.Mail()
	return over(Attrs{"schemas": []string{UserURN}, "userName": mail, "displayName": "Check " + mail, "active": true, "locale": "en-US",
		"name":   Attrs{"givenName": "Check", "familyName": s.Name()},
		"emails": []Attrs{{"primary": true, "value": mail, "type": "work"}}, "groups": []string{}}, more)
}

func oktaFirstUser(s *Session) {
	s = asOkta(s)
	s.Make("/Users", oktaUser(s))
	a := s.GET("/Users", "count", "1", "startIndex", "1").WantStatus(200).WantIn("schemas", ListURN)
	for _, number := range []string{"itemsPerPage", "startIndex", "totalResults"} {
		a.Number(number)
	}
	for _, attribute := range []string{"id", "name.familyName", "name.givenName", "userName", "active", "emails.0.value"} {
		a.WantSome("Resources.0." + attribute)
	}
}

func oktaReadUser(s *Session) {
	s = asOkta(s)
	r := s.Make("/Users", oktaUser(s))
	a := s.GET(r.Path).WantStatus(200).Want("id", r.ID)
	for _, attribute := range []string{"name.familyName", "name.givenName", "userName", "active", "emails.0.value"} {
		a.WantSome(attribute)
	}
}

func oktaUnknownName(s *Session) {
	s = asOkta(s)
	none(s.Find("/Users", named("userName", "abcdefgh@atko.com."+s.Name())))
}

func oktaUnknownID(s *Session) {
	s = asOkta(s)
	s.GET("/Users/"+s.Name()).WantStatus(404).WantIn("schemas", ErrorURN).WantSome("detail")
}

func oktaNameIsFree(s *Session) {
	s = asOkta(s)
	none(s.Find("/Users", named("userName", s.Mail())))
}

// oktaMixed is a user whose userName is in mixed case, as the test has it.
func oktaMixed(s *Session) Attrs {
	return oktaUser(s, Attrs{"userName": "Rs" + strings.ToUpper(s.Name()) + "@Conformance.Example"})
}

func oktaCreate(s *Session) {
	s = asOkta(s).With("Content-Type", "application/json")
	sent := oktaMixed(s)
	a := s.POST("/Users", sent).WantStatus(201).Want("active", true).WantSome("id").WantIn("schemas", UserURN)
	a.Want("userName", sent["userName"]).Want("name", sent["name"])
}

func oktaReadCreated(s *Session) {
	s = asOkta(s)
	sent := oktaMixed(s)
	r := s.Make("/Users", sent)
	s.GET(r.Path).WantStatus(200).Want("userName", sent["userName"]).
		Want("name.givenName", "Check").Want("name.familyName", sent["name"].(Attrs)["familyName"])
}

func oktaCreateTwice(s *Session) {
	s = asOkta(s)
	sent := oktaUser(s)
	s.Make("/Users", sent)
	s.POST("/Users", sent).WantStatus(409)
}

func oktaUpperCase(s *Session) {
	s = asOkta(s)
	r := s.Make("/Users", oktaUser(s))
	s.Find("/Users", named("userName", strings.ToUpper(r.Name))).WantStatus(200)
}

// oktaGroups takes the quickest of three answers: the 600 ms are the server's,
// not those of a network that hiccuped.
func oktaGroups(s *Session) {
	s = asOkta(s)
	s.Group()
	took := time.Hour
	for range 3 {
		a := s.GET("/Groups").WantStatus(200)
		if a.Number("totalResults") >= 1 && a.List("Resources") == nil {
			a.Fail("expected Resources to be a list, got none")
		}
		took = min(took, a.exchange.Took)
	}
	if took >= 600*time.Millisecond {
		s.Fail("GET /Groups: expected an answer in less than 600 ms, the quickest of three took %s", took.Round(time.Millisecond))
	}
}

func oktaWrongToken(s *Session) {
	asOkta(s).With("Authorization", "non-token").GET("/Users", "count", "1", "startIndex", "1").WantError(401).WantSome("detail")
}

func oktaUnknownNumber(s *Session) {
	asOkta(s).GET("/Users/00919288221112222").WantError(404).WantSome("detail")
}
