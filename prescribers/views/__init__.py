"""The screens of a prescriber: patients, writing, signing, following."""
