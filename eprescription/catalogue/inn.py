"""The key of what an INN prescription names: one substance, one strength, one form. Pure.

To prescribe is to name the INN (CSP L. 5121-1-2): what stands on one line of the search, whatever
the brand, has one key.
"""

import hashlib

from eprescription.catalogue.words import same_words

_DIGITS = 32


def inn_key(*, group: str | None, inn: str, strength: str, form: str) -> str:
    """Return the key, at most 64 characters, the same in every edition and every process.

    `group` is the code of a generic group whose members may stand in for each other (never that of
    a dosage complementarity: strengths differ there). Without one, the normalised words decide.
    """
    if group:
        return f"g:{group}"
    written = "|".join(map(same_words, (inn, strength, form)))
    return "n:" + hashlib.sha256(written.encode()).hexdigest()[:_DIGITS]
