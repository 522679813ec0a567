"""Everything a patient can do, and the receiving side of his health space."""
