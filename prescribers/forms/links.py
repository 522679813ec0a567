"""What is said of a representative: by which right, and what was seen. Codes alone: no word of a judgment is kept."""

from datetime import date, datetime, time
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from eprescription.fields import DayField
from eprescription.models import Capacity, Evidence, LinkEnd
from prescribers.actions.links import PROOFS


class LinkForm(forms.Form):
    """Capacity and documents; a mandate names its last day."""

    capacity = forms.TypedChoiceField(
        label=_("À quel titre ?"),
        choices=Capacity,
        coerce=Capacity,
        widget=forms.RadioSelect,
        error_messages={"required": _("Dites à quel titre cette personne représente le patient.")},
    )
    evidence = forms.TypedChoiceField(
        label=_("Pièce que vous avez vue"),
        choices=Evidence,
        coerce=Evidence,
        widget=forms.RadioSelect,
        error_messages={"required": _("Dites quelle pièce vous avez vue.")},
    )
    until = DayField(
        label=_("Dernier jour du mandat"), help_text=_("Écrit sur le jugement"), required=False
    )
    identity_seen = forms.BooleanField(
        label=_("J'ai vérifié la pièce d'identité du représentant"),
        error_messages={"required": _("Vérifiez d'abord la pièce d'identité du représentant.")},
    )

    def __init__(self, *args: Any, minor: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        asked = [c for c in Capacity.choices if (c[0] != Capacity.MANDATE) is minor]
        self.fields["capacity"].choices = asked  # type: ignore[attr-defined]
        proofs = {proof for capacity, _label in asked for proof in PROOFS[Capacity(capacity)]}
        seen = [c for c in Evidence.choices if c[0] in proofs]
        self.fields["evidence"].choices = seen  # type: ignore[attr-defined]
        if minor:
            del self.fields["until"]  # the birthday ends it

    def clean_until(self) -> datetime | None:
        """The midnight after the last day: a mandate lasts that whole day."""
        day: date | None = self.cleaned_data["until"]
        if day is None:
            raise ValidationError(_("Donnez le dernier jour du mandat."))
        if day < timezone.localdate():
            raise ValidationError(_("Ce mandat a déjà pris fin."))
        if day.year > timezone.localdate().year + MOST_YEARS:
            raise ValidationError(_("Ce jour est trop loin : un mandat se renouvelle."))
        after = date.fromordinal(day.toordinal() + 1)
        return timezone.make_aware(datetime.combine(after, time.min))


MOST_YEARS = 20  # the longest that a judge may order (C. civ. 442)


class EndLinkForm(forms.Form):
    """Which link ends, and why."""

    link = forms.UUIDField()
    why = forms.TypedChoiceField(
        choices=[c for c in LinkEnd.choices if c[0] != LinkEnd.REGISTRY], coerce=LinkEnd
    )
