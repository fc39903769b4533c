package ad

import (
	"github.com/muster-idm/muster/bridge"
	"github.com/muster-idm/muster/bridge/mapping"
)

func mailbox() bridge.Template {
	return template(bridge.Mailbox, nameAttributes(), accountAttributes(), mailboxAttributes(), workAttributes(), placeAttributes(), employeeAttributes(), profileAttributes())
}

// mailboxAttributes make a user a remote mailbox, which Exchange Online has
// after the next synchronisation. All are written while they are empty and left
// alone afterwards: later changes belong to Exchange, which keeps old addresses.
func mailboxAttributes() []bridge.TemplateAttribute {
	once := func(name, expression, help string) bridge.TemplateAttribute {
		return bridge.TemplateAttribute{Name: name, Need: bridge.Required, Help: help, Default: mapping.Rule{Value: expression, When: mapping.IfEmpty}}
	}
	mail := mailAttribute()
	mail.Need, mail.Default.When = bridge.Required, mapping.IfEmpty
	nickname := once("mailNickname", `unique_number(regex_replace(ascii(email_local(mail)), "[^0-9A-Za-z._-]", ""), 64)`, "The alias, at most 64 characters, made of what stands before the @.")
	nickname.Unique, nickname.Default.Max = true, 64
	addresses := once("proxyAddresses", `isBlank(mail) ? "" : "SMTP:" + trim(mail)`, "All addresses. SMTP: marks the primary one, which is that of mail; smtp: marks the others.")
	addresses.Unique, addresses.Multi = true, true
	return []bridge.TemplateAttribute{
		mail, nickname, addresses,
		{Name: "targetAddress", Need: bridge.Required, Unique: true, Help: `Where Exchange Online takes the mail. Only you know the tenant: {when: empty, text: "SMTP:{email_local(mail)}@TENANT.mail.onmicrosoft.com"}.`},
		once("msExchRecipientTypeDetails", `"2147483648"`, "The kind of recipient: 2147483648 is a remote mailbox, 34359738368 a shared one, 8589934592 a room."),
		once("msExchRecipientDisplayType", `"-2147483642"`, "How address books show it, as a signed number; it belongs to msExchRecipientTypeDetails."),
		once("msExchRemoteRecipientType", `"1"`, "What Exchange Online is asked for: 1 makes a mailbox, 3 with an archive."),
		{Name: "msExchHideFromAddressLists", Need: bridge.Optional, Help: "TRUE or FALSE."},
	}
}
