"""The doors of prescribing software: the same acts as the pages, asked in FHIR."""
