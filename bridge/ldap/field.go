package ldap

import (
	"slices"

	"github.com/muster-idm/muster/bridge"
	"github.com/muster-idm/muster/bridge/mapping"
)

// Fields returns the fields that the default rules of the attributes read, each
// once, in the order of the rules. A field is required when a rule that must
// have a value reads it.
func Fields(attributes []bridge.TemplateAttribute) []bridge.Field {
	var fields []bridge.Field
	for _, a := range attributes {
		names, _ := mapping.Variables(a.Default, nil, nil)
		needed := a.Need == bridge.Mandatory || a.Need == bridge.Required
		for _, name := range names {
			i := slices.IndexFunc(fields, func(f bridge.Field) bool { return f.Name == name })
			if i < 0 {
				i = len(fields)
				fields = append(fields, bridge.Field{Name: name, Synonyms: synonyms()[name]})
			}
			fields[i].Required = fields[i].Required || needed
		}
	}
	return fields
}

// synonyms are the names that columns of each field have in English, German,
// French, Dutch and Spanish, in lower case without blanks, hyphens and dots. A
// field is bound to the first of them that the source has.
func synonyms() map[string][]string {
	return map[string][]string{
		"given":       {"givenname", "firstname", "forename", "vorname", "rufname", "prénom", "prenom", "voornaam", "roepnaam", "nombredepila", "nombre"},
		"family":      {"familyname", "lastname", "surname", "sn", "nachname", "familienname", "zuname", "nomdefamille", "nom", "achternaam", "apellido", "apellidos"},
		"name":        {"groupname", "group", "team", "displayname", "gruppe", "gruppenname", "groupe", "nomdugroupe", "nom", "groep", "groepsnaam", "naam", "grupo", "nombredelgrupo", "nombre"},
		"employee_id": {"employeeid", "employeenumber", "employeeno", "personnelnumber", "personnelno", "staffid", "staffnumber", "personalnummer", "personalnr", "mitarbeiternummer", "matricule", "personeelsnummer", "numerodeempleado", "númerodeempleado"},
		"title":       {"jobtitle", "job", "position", "stelle", "funktion", "positionsbezeichnung", "fonction", "poste", "intituléduposte", "functie", "functietitel", "cargo", "puesto"},
		"department":  {"dept", "departmentname", "division", "abteilung", "service", "département", "departement", "afdeling", "departamento"},
		"company":     {"companyname", "organization", "organisation", "employer", "firma", "unternehmen", "gesellschaft", "société", "societe", "entreprise", "bedrijf", "empresa"},
		"mail":        {"email", "emailaddress", "mailaddress", "businessemail", "workemail", "mailadresse", "emailadresse", "courriel", "adressemail", "adresseemail", "adresseélectronique", "mailadres", "emailadres", "correo", "correoelectrónico", "correoelectronico"},
		"phone":       {"telephone", "telephonenumber", "phonenumber", "businessphone", "workphone", "tel", "telefon", "telefonnummer", "rufnummer", "téléphone", "numérodetéléphone", "telefoon", "telefoonnummer", "teléfono", "telefono"},
		"mobile":      {"mobilephone", "mobilenumber", "cell", "cellphone", "handy", "handynummer", "mobil", "mobiltelefon", "mobilnummer", "portable", "téléphoneportable", "mobiel", "mobielnummer", "móvil", "movil", "celular"},
		"fax":         {"faxnumber", "facsimile", "telefax", "faxnummer", "télécopie", "telecopie"},
		"office":      {"room", "roomnumber", "officelocation", "büro", "buero", "raum", "zimmer", "bureau", "kantoor", "kamer", "oficina", "despacho"},
		"street":      {"streetaddress", "straße", "strasse", "adresse", "rue", "straat", "adres", "calle", "dirección", "direccion"},
		"city":        {"town", "locality", "stadt", "ort", "ville", "stad", "plaats", "woonplaats", "ciudad", "localidad"},
		"postcode":    {"postalcode", "zip", "zipcode", "plz", "postleitzahl", "codepostal", "códigopostal", "codigopostal"},
		"state":       {"province", "region", "county", "bundesland", "kanton", "région", "provincie", "provincia", "estado"},
		"country":     {"countryname", "countrycode", "land", "ländercode", "laendercode", "staat", "pays", "país", "pais"},
		"manager":     {"managerid", "managerno", "managernumber", "managerkey", "supervisor", "supervisorid", "boss", "reportsto", "vorgesetzter", "vorgesetzte", "vorgesetzternr", "responsable", "supérieur", "leidinggevende", "superior", "jefe"},
		"end":         {"enddate", "contractend", "validuntil", "expires", "expirydate", "vertragsende", "enddatum", "befristetbis", "gültigbis", "gueltigbis", "datedefin", "findecontrat", "einddatum", "fechadefin", "findecontrato"},
		"description": {"comment", "remark", "beschreibung", "bemerkung", "kommentar", "remarque", "omschrijving", "opmerking", "descripción", "descripcion", "comentario"},
	}
}
