"""The doors of a pharmacist: the desk, where a code opens; the counter, where it is dispensed."""
