"""Secure mail (MSSanté): what the portal sends by SMTP, and what it fetches by IMAP for pharmacies."""
