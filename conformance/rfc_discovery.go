package conformance

var discoveryChecks = []Check{
	{
		ID:     "rfc7643-5-config-complete",
		Title:  "ServiceProviderConfig has every attribute that the RFC requires",
		Source: `RFC 7643 section 5: patch, bulk, filter, changePassword, sort, etag and authenticationSchemes are each "REQUIRED", as are their sub-attributes`,
		Grade:  Must,
		Run: func(s *Session) {
			a := s.GET("/ServiceProviderConfig").WantStatus(200)
			for _, path := range []string{"patch.supported", "bulk.supported", "bulk.maxOperations", "bulk.maxPayloadSize",
				"filter.supported", "filter.maxResults", "changePassword.supported", "sort.supported", "etag.supported", "authenticationSchemes"} {
				if v, ok := a.Value(path); !ok || v == nil {
					a.Fail("expected %s, got none", path)
				}
			}
		},
	},
}
