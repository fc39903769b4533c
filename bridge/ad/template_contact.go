package ad

import "github.com/muster-idm/muster/bridge"

// contact is a person without an account.
func contact() bridge.Template {
	return template(bridge.Contact, nameAttributes(), []bridge.TemplateAttribute{
		mailAttribute(),
		{Name: "mailNickname", Need: bridge.Optional, Unique: true, Help: "The alias in Exchange; with targetAddress and proxyAddresses it makes a mail contact."},
		{Name: "targetAddress", Need: bridge.Optional, Unique: true, Help: "SMTP: and the address outside."},
		{Name: "proxyAddresses", Need: bridge.Optional, Unique: true, Multi: true, Help: "All addresses. SMTP: marks the primary one, which is that of mail; smtp: marks the others."},
	}, workAttributes(), placeAttributes())
}
