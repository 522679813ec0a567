"""What is done of one line. Untouched, it says: as prescribed."""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from eprescription.catalogue import search
from eprescription.catalogue.models import Medicine
from eprescription.rules import Breach, Weight
from pharmacies.counter_line import CounterLine
from pharmacies.decisions import Decision
from pharmacies.dispensing_form.asked import AskedLine
from pharmacies.dispensing_form.read import read_again, with_last, written
from pharmacies.dispensing_form.shown import BOX, CODED
from pharmacies.forms import without_blanks
from pharmacies.handed import Handed, count_of

CIS_LENGTH = 8
AGREED = ("agreement", "agreed_how", "agreed_at")
SAID = ("posology", "urgent", "shortage", "refusal", "reason", "note", "instruction")
# Where the law points, and the field of the page that mends it.
FIELDS = {"product": "cis", "agreement": "agreed_how", "agreed": "agreed_how"}


class LineForm(AskedLine):
    """What is done of one line: `initial` is what is due, or what was recorded of it when it is corrected."""

    def __init__(
        self,
        line: CounterLine,
        data: Mapping[str, Any] | None = None,
        *,
        prescriber: str = "",
        recorded: Mapping[str, Any] | None = None,
    ) -> None:
        self.line = line
        usual = {"agreement": prescriber, "agreed_at": timezone.localtime()}
        known = {"quantity": line.offered, "cis": line.view.cis, **usual, **(recorded or {})}
        initial = known | {"read": written(known.pop("boxes", ()))}
        super().__init__(data, prefix=f"l{line.view.position}", initial=initial)
        self._offer_products()
        self._name_what_is_counted()
        if self.boxes:
            self.fields["lot"].label = _("Lot de la dernière boîte lue")
            self.fields["expiry"].label = _("Péremption de la dernière boîte lue")

    def clean(self) -> dict[str, Any]:
        """What is typed, made one: what says nothing is left out, what contradicts is told."""
        values = super().clean() or self.cleaned_data
        if without_blanks(values.get("posology", "")) == without_blanks(self.line.view.posology):
            values["posology"] = ""
        if self.line.exceptional and not values.get("exceptional"):
            values["quantity"] = 0
        self._clean_refusal(values)
        self._clean_agreement(values)
        self._clean_owed(values)
        self._clean_box(values)
        if not values.get("problem") and (values.get("intervention") or values.get("outcome")):
            self.add_error("problem", _("Dites quel problème vous avez relevé."))
        return values

    def decision(self) -> Decision:
        """The line as it is to be judged and kept."""
        values = self.cleaned_data
        kept = (*SAID, *CODED, *AGREED, *((*BOX, "boxes") if values["quantity"] else ()))
        return Decision(
            line_id=self.line.view.id,
            quantity=values["quantity"],
            cis=values.get("cis") or self.line.view.cis,
            exceptional=self.line.exceptional if values["exceptional"] else "",
            owed=values["owed"] or 0,
            question_id=self.line.agreed,
            **{name: values[name] for name in kept},
        )

    def tell(self, breach: Breach, words: Any) -> None:
        """Puts what the law found at the field that mends it: the reason, when a reason lets it pass."""
        self.warned |= breach.weight is Weight.WARNS
        wanted = "reason" if breach.weight is Weight.WARNS else FIELDS.get(breach.field)
        wanted = wanted or breach.field
        self.add_error(wanted if wanted in self.fields else "quantity", words)

    def _offer_products(self) -> None:
        """The product prescribed, what stands in for it, and what was found by its name or its box."""
        typed = str(self["cis"].value() or "")
        offered = [(self.line.view.cis, self.line.view.product), *self.line.substitutes]
        if typed not in dict(offered):
            offered += _named(typed)
        self.fields["cis"].choices = offered  # type: ignore[attr-defined]
        self.fields["cis"].widget.attrs["data-due"] = self.initial["cis"]
        if len(offered) == 1 and not typed.strip(self.line.view.cis):
            del self.fields["cis"]

    def _name_what_is_counted(self) -> None:
        position = {"position": self.line.view.position}
        quantity, product = self.fields["quantity"], self.fields.get("cis")
        quantity.widget.attrs |= {
            "aria-label": _("Délivré maintenant, ligne %(position)d") % position,
            "data-due": self.initial["quantity"],
            "data-one": self.one,
            "data-many": self.many,
            "data-line-key": "Alt+Q",
            "data-key-label": _("Changer la quantité de la ligne"),
        }
        if product:
            product.widget.attrs |= {
                "aria-label": _("Produit délivré, ligne %(position)d") % position,
                "data-line-key": "Alt+S",
                "data-key-label": _("Choisir le produit délivré de la ligne"),
            }
        self.fields["refusal"].widget.attrs |= {
            "data-line-key": "Alt+R",
            "data-key-label": _("Ne pas délivrer la ligne, ou en partie"),
        }

    def _clean_refusal(self, values: dict[str, Any]) -> None:
        """A reason beside an untouched quantity means none; beside a smaller one, that only a part is given."""
        if not values.get("refusal") or not values.get("quantity"):
            return
        if "quantity" not in self.changed_data and "refusal" in self.changed_data:
            values["quantity"] = 0
        elif values["quantity"] > self.line.offered and not self.line.exceptional:
            self.add_error("quantity", _("Mettez 0, ou retirez le motif de non-délivrance."))

    def _clean_agreement(self, values: dict[str, Any]) -> None:
        """Who agreed counts once one says how; typed over without it, the page asks."""
        if not values.get("agreed_how"):
            if "agreement" in self.changed_data and values.get("agreement"):
                self.add_error("agreed_how", _("Dites comment l'accord a été donné."))
            values |= {"agreement": "", "agreed_at": None}
        elif not values.get("agreement"):
            self.add_error("agreement", _("Dites qui a donné son accord."))
        elif not values.get("agreed_at") and "agreed_at" not in self.errors:
            self.add_error("agreed_at", _("Dites quand l'accord a été donné."))

    def _clean_owed(self, values: dict[str, Any]) -> None:
        owed = values.get("owed") or 0
        if owed and (values.get("quantity") or 0) + owed > self.line.most:
            left = self.line.count(self.line.most)
            self.add_error("owed", _("Il ne reste que %(left)s sur cette ligne.") % {"left": left})

    def _clean_box(self, values: dict[str, Any]) -> None:
        """The boxes that were read go with their product: another one chosen since, they are no more."""
        last = Handed(lot=values.get("lot") or "", expiry=values.get("expiry"))
        boxes = with_last(read_again(values.get("read") or ""), last)
        chosen = values.get("cis") or self.line.view.cis
        codes = {values.get("cip13") or "", *(box.cip13 for box in boxes)} - {""}
        if any(_product_of(code) != chosen for code in codes):
            values |= {"cip13": "", "serial": ""}
            boxes = ()
        values["boxes"] = boxes if len(boxes) > 1 else ()
        self._clean_packs(values)

    def _clean_packs(self, values: dict[str, Any]) -> None:
        """As many boxes leave the shelf as were read, or more; whoever hands over fewer says which."""
        read = count_of(values["boxes"])
        if read and values.get("packs") is None and "packs" not in self.errors:
            values["packs"] = read
        elif (values.get("packs") or read) < read:
            text = _("Vous avez lu %(n)d boîtes : retirez de la liste ce que vous ne remettez pas.")
            self.add_error("packs", text % {"n": read})


def _product_of(cip13: str) -> str:
    """The product whose box bears this code; empty for none that the drug base knows."""
    hit = search.by_cip13(cip13)
    return hit.cis if hit else ""


def _named(cis: str) -> list[tuple[str, str]]:
    """A product that is no substitute, by its code: the law says whether it may be given."""
    if len(cis) != CIS_LENGTH or not (cis.isascii() and cis.isdecimal()):
        return []
    with suppress(Medicine.DoesNotExist):
        return [(cis, search.medicine(cis).name)]
    return []
