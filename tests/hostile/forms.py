"""All forms of the portal, found by walking it, and what a run typed into them."""

import importlib
import pkgutil
from collections.abc import Iterator
from typing import Any

import pytest
from django import forms
from django.forms.forms import BaseForm

from tests.hostile.corpus import MARK

APPS = ("prescribers", "pharmacies", "patients", "eprescription")
SECRETS = (forms.PasswordInput,)
NOT_OF_PEOPLE = {
    "SampleForm",  # the showcase of components, which only a developer's machine serves
}
Typed = tuple[str, str]


def modules() -> Iterator[Any]:
    """Each module of the portal but for migrations and commands."""
    for app in APPS:
        package = importlib.import_module(app)
        yield package
        for found in pkgutil.walk_packages(package.__path__, f"{app}."):
            if ".migrations" not in found.name and ".management" not in found.name:
                try:
                    yield importlib.import_module(found.name)
                except RuntimeError as fault:  # models of an app that is not installed
                    assert "INSTALLED_APPS" in str(fault)


def all_forms() -> list[type[BaseForm]]:
    """Every class of forms that the portal declares, nested ones too."""
    list(modules())
    seen, waiting = set(), [BaseForm]
    while waiting:
        for child in waiting.pop().__subclasses__():
            if child not in seen:
                seen.add(child)
                waiting.append(child)
    ours = [c for c in seen if c.__module__.split(".")[0] in APPS]
    return sorted(
        (c for c in ours if c.__name__ not in NOT_OF_PEOPLE), key=lambda c: c.__qualname__
    )


def is_text(field: forms.Field) -> bool:
    """Whether one may type anything into it: lines of text, addresses, codes; no list and no number."""
    return isinstance(field, forms.CharField)


def text_fields() -> dict[tuple[type[BaseForm], str], forms.Field]:
    return {
        (form, name): field
        for form in all_forms()
        for name, field in form.base_fields.items()  # type: ignore[attr-defined]
        if is_text(field)
    }


class Recorder:
    """What forms were given: `typed` holds each text field that met a hostile text, `met` each that a page made."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.typed: set[tuple[type[BaseForm], str]] = set()
        self.met: set[tuple[type[BaseForm], str]] = set()
        clean = BaseForm._clean_fields  # type: ignore[attr-defined]

        def watched(form: Any) -> None:
            for name, field in form.fields.items():
                if is_text(field):
                    self.met.add((type(form), name))
                    if MARK in str(form[name].data or ""):
                        self.typed.add((type(form), name))
            clean(form)

        monkeypatch.setattr(BaseForm, "_clean_fields", watched)

    def reached(self, form: type[BaseForm], name: str) -> bool:
        """Whether a page gave a hostile text to this field, of the form or of one that extends it."""
        return any(name == n and issubclass(f, form) for f, n in self.typed)
