"""The doors of pharmacy software: the same acts as the counter, asked in FHIR."""
