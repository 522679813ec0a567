"""What the one-line input finds: favourites, medicines by INN, devices; and what was understood."""

from dataclasses import dataclass, field

from eprescription import posology
from eprescription.actor import Actor
from eprescription.catalogue.devices import DeviceHit, search_devices
from eprescription.catalogue.search import Row, search_rows
from prescribers import habits
from prescribers.forms import SearchForm

MOST_ROWS = 8
MOST_DEVICES = 4
MOST_FAVOURITES = 3


@dataclass(frozen=True)
class Found:
    """`sentence`: the dosing behind the name, as it was understood; `dosing`: as it was typed."""

    text: str = ""
    dosing: str = ""
    sentence: str = ""
    unread: str = ""
    rows: list[Row] = field(default_factory=list)
    devices: list[DeviceHit] = field(default_factory=list)
    favourites: list[habits.Starred] = field(default_factory=list)

    @property
    def anything(self) -> bool:
        return bool(self.rows or self.devices or self.favourites)


def find(form: SearchForm, actor: Actor) -> Found:
    """Searches the medicine part of the text; nothing for an empty field."""
    text = form.cleaned_data["search"].strip() if form.is_valid() else ""
    if not text:
        return Found()
    name, dosing = posology.split(text)
    rows = search_rows(name, limit=MOST_ROWS)
    if not rows and dosing:  # what looked like a dosing may belong to the name
        rows, name, dosing = search_rows(text, limit=MOST_ROWS), text, ""
    unit = posology.unit_of(rows[0].form) if rows else ""
    reading = posology.read(dosing, unit=unit) if dosing else None
    taken = reading.posology if reading and not reading.unread.strip() else None
    return Found(
        text=text,
        dosing=dosing,
        sentence=posology.sentence(taken) if taken else "",
        unread=reading.unread if reading else "",
        rows=rows,
        devices=search_devices(name, limit=MOST_DEVICES),
        favourites=habits.starred(actor, name, limit=MOST_FAVOURITES),
    )
