package patch_test

import "testing"

// RFC 7644, section 3.5.2, with its examples.

func TestAddAsInTheRFC(t *testing.T) {
	const emails = `{"userName":"ada","emails":[{"value":"a@w","type":"work","primary":true},{"value":"a@h","type":"home"}]}`
	users(t, []scenario{
		{name: "to the resource", body: `[{"op":"add","value":{"emails":[{"value":"babs@jensen.org","type":"home"}],"nickname":"Babs"}}]`,
			after: `{"userName":"ada","emails":[{"value":"babs@jensen.org","type":"home"}],"nickName":"Babs"}`},
		{name: "to an attribute with one value", before: `{"userName":"ada","nickName":"A"}`, body: `[{"op":"add","path":"nickName","value":"B"}]`, after: `{"userName":"ada","nickName":"B"}`},
		{name: "to a complex attribute", before: `{"userName":"ada","name":{"givenName":"A"}}`, body: `[{"op":"add","path":"name","value":{"familyName":"K"}}]`,
			after: `{"userName":"ada","name":{"givenName":"A","familyName":"K"}}`},
		{name: "to several values", before: emails, body: `[{"op":"add","path":"emails","value":[{"value":"a@o","type":"other"}]}]`,
			after: `{"userName":"ada","emails":[{"value":"a@w","type":"work","primary":true},{"value":"a@h","type":"home"},{"value":"a@o","type":"other"}]}`},
		{name: "a value that is there", before: emails, body: `[{"op":"add","path":"emails","value":[{"value":"A@H","type":"home"}]}]`,
			after: `{"userName":"ada","emails":[{"value":"a@w","type":"work","primary":true},{"value":"A@H","type":"home"}]}`},
		{name: "a value twice, in two cases", body: `[{"op":"add","path":"emails","value":[{"value":"a@o"},{"value":"A@O"}]}]`, after: `{"userName":"ada","emails":[{"value":"A@O"}]}`},
		{name: "a value that is there, without its type", before: emails, body: `[{"op":"add","path":"emails","value":[{"value":"a@h"}]}]`, after: emails},
		{name: "a value that is there with another type", before: emails, body: `[{"op":"add","path":"emails","value":[{"value":"a@h","type":"other"}]}]`,
			after: `{"userName":"ada","emails":[{"value":"a@w","type":"work","primary":true},{"value":"a@h","type":"home"},{"value":"a@h","type":"other"}]}`},
		{name: "a type to the value that had none, then the value with another type", before: `{"userName":"ada","emails":[{"value":"a@w"}]}`,
			body:  `[{"op":"add","path":"emails","value":[{"value":"a@w","type":"work"},{"value":"a@w","type":"home"}]}]`,
			after: `{"userName":"ada","emails":[{"value":"a@w","type":"work"},{"value":"a@w","type":"home"}]}`},
		{name: "a primary value takes the mark from the old one", before: emails, body: `[{"op":"add","path":"emails","value":[{"value":"a@o","primary":true}]}]`,
			after: `{"userName":"ada","emails":[{"value":"a@w","type":"work","primary":false},{"value":"a@h","type":"home"},{"value":"a@o","primary":true}]}`},
		{name: "the mark to a value that is there", before: emails, body: `[{"op":"add","path":"emails[type eq \"home\"].primary","value":true}]`,
			after: `{"userName":"ada","emails":[{"value":"a@w","type":"work","primary":false},{"value":"a@h","type":"home","primary":true}]}`},
		{name: "the mark to all", before: emails, fault: "invalidValue one primary", body: `[{"op":"replace","path":"emails.primary","value":true}]`},
		{name: "two primary values", fault: "invalidValue primary", body: `[{"op":"add","path":"emails","value":[{"value":"a","primary":true},{"value":"b","primary":true}]}]`},
		{name: "an address that is there", before: `{"userName":"ada","addresses":[{"type":"work","locality":"L"}]}`,
			body:  `[{"op":"add","path":"addresses","value":[{"locality":"L","type":"work"},{"type":"home","locality":"L"}]}]`,
			after: `{"userName":"ada","addresses":[{"type":"work","locality":"L"},{"type":"home","locality":"L"}]}`},
		{name: "an item where the filter finds none", body: `[{"op":"add","path":"emails[type eq \"work\"]","value":{"value":"a@w"}}]`,
			after: `{"userName":"ada","emails":[{"type":"work","value":"a@w"}]}`},
		{name: "to the item that the filter finds", before: emails, body: `[{"op":"add","path":"emails[type eq \"work\"]","value":{"display":"A"}}]`,
			after: `{"userName":"ada","emails":[{"value":"a@w","type":"work","primary":true,"display":"A"},{"value":"a@h","type":"home"}]}`},
		{name: "an item that no filter can tell", fault: "noTarget emails", body: `[{"op":"add","path":"emails[type ne \"work\"].value","value":"a@w"}]`},
		{name: "an item that cannot be", fault: "noTarget emails", body: `[{"op":"add","path":"emails[type eq \"work\" and type eq \"home\"].value","value":"a@w"}]`},
		{name: "an item without a type", fault: "noTarget emails", body: `[{"op":"add","path":"emails[type eq \"\"].value","value":"a@w"}]`},
		{name: "an item that is named by its value", fault: "noTarget emails", body: `[{"op":"add","path":"emails[value eq \"a@w\"].type","value":"home"}]`},
		{name: "plain values", before: `{"userName":"ada","urn:example:badges:1.0:User":{"doors":["North"]}}`,
			body:  `[{"op":"add","path":"doors","value":["north","South","South"]},{"op":"add","path":"doors","value":"East"},{"op":"add","path":"level","value":3.0}]`,
			after: `{"userName":"ada","urn:example:badges:1.0:User":{"doors":["North","South","East"],"level":3}}`},
	})
}

func TestRemoveAsInTheRFC(t *testing.T) {
	const emails = `{"userName":"ada","nickName":"A","emails":[{"value":"a@w","type":"work","primary":true},{"value":"a@h","type":"home"}]}`
	users(t, []scenario{
		{name: "an attribute", before: emails, body: `[{"op":"remove","path":"nickName"},{"op":"remove","path":"emails"}]`},
		{name: "an attribute that is not there", body: `[{"op":"remove","path":"nickName"},{"op":"remove","path":"name.givenName"},{"op":"remove","path":"emails"}]`},
		{name: "a sub-attribute", before: `{"userName":"ada","name":{"givenName":"A","familyName":"K"}}`, body: `[{"op":"remove","path":"name.givenName"}]`,
			after: `{"userName":"ada","name":{"familyName":"K"}}`},
		{name: "the last sub-attribute", before: `{"userName":"ada","name":{"givenName":"A"}}`, body: `[{"op":"remove","path":"name.givenName"}]`},
		{name: "the items that a filter finds", before: emails, body: `[{"op":"remove","path":"emails[type eq \"work\" and value ew \"@w\"]"}]`,
			after: `{"userName":"ada","nickName":"A","emails":[{"value":"a@h","type":"home"}]}`},
		{name: "the last item", before: `{"userName":"ada","emails":[{"value":"a@w","type":"work"}]}`, body: `[{"op":"remove","path":"emails[type eq \"work\"]"}]`},
		{name: "no item", before: emails, body: `[{"op":"remove","path":"emails[type eq \"other\"]"}]`, after: emails},
		{name: "a sub-attribute of items", before: emails, body: `[{"op":"remove","path":"emails[type eq \"work\"].primary"}]`,
			after: `{"userName":"ada","nickName":"A","emails":[{"value":"a@w","type":"work"},{"value":"a@h","type":"home"}]}`},
		{name: "items by a list", before: emails, body: `[{"op":"remove","path":"emails","value":[{"value":"a@h","type":"home"},{"value":"a@x"}]}]`,
			after: `{"userName":"ada","nickName":"A","emails":[{"value":"a@w","type":"work","primary":true}]}`},
		{name: "an item by a list that has another type", before: emails, body: `[{"op":"remove","path":"emails","value":[{"value":"a@h","type":"work"}]}]`, after: emails},
		{name: "an attribute of an extension, the last", before: `{"userName":"ada","ENT":{"department":"D"}}`, body: `[{"op":"remove","path":"ENT:department"}]`},
		{name: "a plain value", before: `{"userName":"ada","urn:example:badges:1.0:User":{"doors":["North","South"]}}`, body: `[{"op":"remove","path":"doors","value":["north"]}]`,
			after: `{"userName":"ada","urn:example:badges:1.0:User":{"doors":["South"]}}`},
		{name: "a plain value by a filter", before: `{"userName":"ada","urn:example:badges:1.0:User":{"doors":["North","South"]}}`, body: `[{"op":"remove","path":"doors[value sw \"n\"]"}]`,
			after: `{"userName":"ada","urn:example:badges:1.0:User":{"doors":["South"]}}`},
	})
	groups(t, []scenario{
		{name: "one member", before: `{"displayName":"Staff","members":[{"value":"2819c223"},{"value":"902c246b"}]}`,
			body: `[{"op":"remove","path":"members[value eq \"2819c223\"]"}]`, after: `{"displayName":"Staff","members":[{"value":"902c246b"}]}`},
		{name: "members that a filter finds by their type", before: `{"displayName":"Staff","members":[{"value":"a","type":"User"},{"value":"b","type":"Group"}]}`,
			body: `[{"op":"remove","path":"members[type eq \"Group\"]"}]`, after: `{"displayName":"Staff","members":[{"value":"a","type":"User"}]}`},
		{name: "a member that is there is added as it is now stated", before: `{"displayName":"Staff","members":[{"value":"a","display":"old"},{"value":"b"}]}`,
			body: `[{"op":"add","path":"members","value":[{"value":"a","display":"new"}]}]`, after: `{"displayName":"Staff","members":[{"value":"a","display":"new"},{"value":"b"}]}`},
		{name: "a member is one, whatever its type", before: `{"displayName":"Staff","members":[{"value":"a","type":"User"}]}`,
			body: `[{"op":"add","path":"members","value":[{"value":"a","type":"Group"}]}]`, after: `{"displayName":"Staff","members":[{"value":"a","type":"Group"}]}`},
		{name: "ids of members are compared exactly", before: `{"displayName":"Staff","members":[{"value":"A"},{"value":"a"}]}`,
			body: `[{"op":"remove","path":"members[value eq \"a\"]"}]`, after: `{"displayName":"Staff","members":[{"value":"A"}]}`},
	})
}

func TestReplaceAsInTheRFC(t *testing.T) {
	const addresses = `{"userName":"ada","addresses":[{"type":"work","streetAddress":"1 Main","locality":"L","primary":true},{"type":"home","streetAddress":"2 Side"}]}`
	users(t, []scenario{
		{name: "an attribute that is not there", body: `[{"op":"replace","path":"nickName","value":"A"}]`, after: `{"userName":"ada","nickName":"A"}`},
		{name: "all values", before: addresses, body: `[{"op":"replace","path":"addresses","value":[{"type":"other","locality":"M"}]}]`, after: `{"userName":"ada","addresses":[{"type":"other","locality":"M"}]}`},
		{name: "an item as a whole", before: addresses,
			body:  `[{"op":"replace","path":"addresses[type eq \"work\"]","value":{"type":"work","streetAddress":"911 Universal City Plaza"}}]`,
			after: `{"userName":"ada","addresses":[{"type":"work","streetAddress":"911 Universal City Plaza"},{"type":"home","streetAddress":"2 Side"}]}`},
		{name: "an item as a whole, with what the filter said about it", before: addresses,
			body:  `[{"op":"replace","path":"addresses[type eq \"WORK\"]","value":{"locality":"N"}}]`,
			after: `{"userName":"ada","addresses":[{"type":"work","locality":"N"},{"type":"home","streetAddress":"2 Side"}]}`},
		{name: "a sub-attribute of an item", before: addresses, body: `[{"op":"replace","path":"addresses[type eq \"work\"].streetAddress","value":"3 Main"}]`,
			after: `{"userName":"ada","addresses":[{"type":"work","streetAddress":"3 Main","locality":"L","primary":true},{"type":"home","streetAddress":"2 Side"}]}`},
		{name: "an item that is not there", before: addresses, fault: "noTarget addresses", body: `[{"op":"replace","path":"addresses[type eq \"other\"]","value":{"locality":"N"}}]`},
		{name: "a sub-attribute where a filter finds nothing", before: addresses, fault: "noTarget addresses", body: `[{"op":"replace","path":"addresses[locality co \"Z\"].streetAddress","value":"x"}]`},
		{name: "an item by null", before: addresses, body: `[{"op":"replace","path":"addresses[type eq \"work\"]","value":null}]`, after: `{"userName":"ada","addresses":[{"type":"home","streetAddress":"2 Side"}]}`},
	})
	groups(t, []scenario{
		{name: "a member that is not there", fault: "noTarget members", body: `[{"op":"replace","path":"members[value eq \"a\"].display","value":"A"}]`},
	})
}
