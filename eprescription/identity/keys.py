"""The keys of this installation, from the environment: the present ones, and those that only open still."""

from django.conf import settings

from eprescription.identity.crypto import Keys, keys_of


def field_keys(purpose: str) -> Keys:
    """Return the keys that seal values of one purpose (FIELD_KEY, FIELD_KEY_FORMER)."""
    return keys_of(settings.FIELD_KEY, *settings.FIELD_KEY_FORMER, purpose=purpose)


def code_keys(purpose: str) -> Keys:
    """Return the keys of what was printed or handed out (CODE_KEY, CODE_KEY_FORMER): the present one makes, all know."""
    return keys_of(settings.CODE_KEY, *settings.CODE_KEY_FORMER, purpose=purpose)


def index_keys(purpose: str) -> Keys:
    """Return the keys of blind indexes of one purpose (INDEX_KEY, INDEX_KEY_FORMER)."""
    return keys_of(settings.INDEX_KEY, *settings.INDEX_KEY_FORMER, purpose=purpose)
