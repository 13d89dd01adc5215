"""A roster for other programs: calendars, FHIR, the ticket platform and its notices."""
