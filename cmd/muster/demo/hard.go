package demo

// hard is a name that breaks something somewhere.
type hard struct {
	given, family string // as the source writes them
	why           string
}

// hardEmployees are spread over the database.
func hardEmployees() []hard {
	return []hard{
		{"Anna", "Schmidt", "three people are named alike"},
		{"Anna", "Schmidt", "three people are named alike"},
		{"anna", "Schmidt", "three people are named alike, one in small letters"},
		{"Zoe\u0308", "Mu\u0308ller-Gro\u0308nig", "letters and dots apart (NFD)"},
		{"Joa\u0303o", "Arau\u0301jo", "letters and accents apart (NFD)"},
		{"Arthur", "Walker, Jr.", "a comma in the name"},
		{"Max", "O=Acme", "an equals sign in the name, as in a DN"},
		{"Siobhán", "O'Neil", "an apostrophe"},
		{`Wilhelmina "Mina"`, "Hart", "quotes in the name"},
		{"Ana+Maria", "Lopes", "a plus, which joins the parts of an RDN"},
		{"Lee", "<Contractor>", "angle brackets, as in markup and in an old DN"},
		{"Ruth", "#Nine", "a leading number sign, which begins a value in hexadecimal"},
		{"Nils ", "Berg ", "blanks at the end"},
		{"  Piet", "van   der   Meer", "blanks in front and in rows"},
		{"Kunigunde", "Oberunterhinterwaldhammerschmiedbergmann", "a family name of 40 letters"},
		{"Maria da Conceição Aparecida", "de Oliveira e Souza Figueiredo do Nascimento", "a name longer than the 64 characters of a CN"},
		{"Tom", `Back\Slash`, "a backslash"},
		{"Sam", "Semi;Colon", "a semicolon, which parted RDNs once"},
		{"Star*", "(Filter)", "the signs of an LDAP filter"},
		{"", "Suharti", "one name only"},
		{"İbrahim", "Işık", "a dotted and an undotted i"},
		{"Jo", "Null", "a family name that programs take for nothing"},
		{"Bo", "Y", "very short names"},
		{"ÅSE", "ØDEGÅRD", "all in capital letters"},
		{"anne-marie", "mcdonald-o'brien", "all in small letters"},
		{"Nguyễn", "Văn Đức Anh", "several marks on one letter"},
		{"Straße", "Groß", "letters that grow when they are made large"},
		{"ﬁona", "Aﬄeck", "ligatures"},
		{"Ｋｅｎ", "Ｔａｎａｋａ", "full-width letters"},
		{"Σίσυφος", "Ὀδυσσεύς", "a letter that is written otherwise at the end of a word"},
		{"Дарья", "Aлексеева", "a Latin letter among Cyrillic ones"},
		{"Administrator", "Guest", "the names of built-in accounts"},
	}
}

// hardPartners are spread over the sheet.
func hardPartners() []hard {
	return []hard{
		{"=1+1", "Formula", "a text that a spreadsheet would calculate"},
		{"Anna", "Schmidt", "named like three employees"},
		{"Rene\u0301e", "D'Ameliè", "an accent apart and one that is not"},
		{"李", "小明", "characters of a double width"},
		{"@ria", "-Dash", "signs that begin formulas"},
		{"محمود", "Schulz-الحداد", "both directions of writing in one name"},
	}
}

// hardAt returns the hard case for the n-th person, if there is one: each ninth
// from the fourth on, until there are no more.
func hardAt(cases []hard, n int) (hard, bool) {
	const first, every = 3, 9
	if n < first || (n-first)%every != 0 || (n-first)/every >= len(cases) {
		return hard{}, false
	}
	return cases[(n-first)/every], true
}
