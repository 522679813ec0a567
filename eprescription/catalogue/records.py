"""Turn what a source tells, file by file, into the rows of the tables.

Rows are made one at a time, so that the writer can stream them: boxes first (they tell how much a
medicine is used), then medicines, then what says more of them.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from typing import NamedTuple

from eprescription.catalogue.boxes import units_in
from eprescription.catalogue.classes import Made, inferred
from eprescription.catalogue.composition import active, inn_of, order, strength_of
from eprescription.catalogue.conditions import read_conditions
from eprescription.catalogue.inn import inn_key
from eprescription.catalogue.models import (
    GenericGroup,
    Ingredient,
    Medicine,
    Membership,
    Opinion,
    OpinionPage,
    Pack,
    Shortage,
    Substance,
)
from eprescription.catalogue.sources.facts import Box, Component, Source, Speciality
from eprescription.catalogue.told import Told
from eprescription.catalogue.words import index_words

MOST_USED = 2**31 - 1

UsageOf = Callable[[Box], int]


def packs(source: Source, told: Told, usage_of: UsageOf | None) -> Iterator[Pack]:
    """Yield the boxes, and add up how much each medicine is used."""
    for box in source.boxes():
        used = min(usage_of(box), MOST_USED) if usage_of else 0
        told.usage[box.cis] += used
        told.boxed.add(box.cis)
        yield Pack(
            cip13=box.cip13,
            cip7=box.cip7,
            medicine_id=box.cis,
            label=box.label,
            units=units_in(box.label),
            reimbursement=box.rate,
            marketed=box.marketed,
            status=box.status,
            declared_on=box.declared_on,
            price_cents=box.price_cents,
            hospital_use=box.hospital_use,
            indications=box.indications,
            usage=used,
        )


def medicines(source: Source, told: Told) -> Iterator[Medicine]:
    """Yield the medicines, without an edition yet. Components, classes and packs come before."""
    specialities = list(source.specialities())
    told.guessed = inferred((_made(each, told) for each in specialities), told.atc)
    for speciality in specialities:
        row = _medicine(speciality, told)
        told.described[row.cis] = (row.name, row.inn, row.strength, row.form)
        yield row
    for name, lines in (("ingredients", told.components), ("conditions", told.labels)):
        told.orphans[name] = sum(len(of) for cis, of in lines.items() if cis not in told.described)
    told.orphans["packs"] = len(told.boxed - told.described.keys())


def _made(speciality: Speciality, told: Told) -> Made:
    acting = active(told.components.get(speciality.cis, ()))
    substances = frozenset() if speciality.homeopathic else frozenset(c.code for c in acting)
    return Made(speciality.cis, substances, frozenset(speciality.routes))


def _medicine(facts: Speciality, told: Told) -> Medicine:
    components = [_called(component, told) for component in told.components.get(facts.cis, ())]
    strength = facts.strength
    if strength is None:
        strength = strength_of(components, name=facts.name)
    inn = facts.inn
    if inn is None:
        inn = "" if facts.homeopathic else inn_of(components, name=facts.name, strength=strength)
    labels = sorted(told.labels.get(facts.cis, ()))
    read = read_conditions(labels)
    code = told.atc.get(facts.cis, "")
    group = told.group.get(facts.cis)
    return Medicine(
        cis=facts.cis,
        name=facts.name,
        inn=inn,
        strength=strength,
        form=facts.form,
        routes=", ".join(facts.routes),
        list=read.list,
        conditions="\n".join(labels),
        max_days=read.max_days,
        max_days_extended=read.max_days_extended,
        secured=read.secured,
        fraction_days=read.fraction_days,
        ivg=read.ivg,
        atc=code or told.guessed.get(facts.cis, ""),
        atc_inferred=not code and facts.cis in told.guessed,
        marketed=facts.marketed,
        status=facts.status,
        procedure=facts.procedure,
        holder=facts.holder,
        authorised_on=facts.authorised_on,
        black_triangle=facts.black_triangle,
        homeopathic=facts.homeopathic,
        inn_key=inn_key(group=group, inn=inn, strength=strength, form=facts.form),
        usage=min(told.usage[facts.cis], MOST_USED),
    )


def _called(component: Component, told: Told) -> Component:
    """Return the component under the usual name of its substance, the same in every medicine."""
    usual = told.name(component.code)
    return component if usual == component.name else replace(component, name=usual)


def substances(told: Told) -> Iterator[Substance]:
    """Yield the substances under their most frequent names."""
    for code in told.names:
        yield Substance(code=code, name=told.name(code))


def ingredients(told: Told) -> Iterator[Ingredient]:
    """Yield the compositions of the medicines that are described."""
    for cis in told.described:
        for rank, component in enumerate(sorted(told.components.get(cis, ()), key=order)):
            yield Ingredient(
                medicine_id=cis,
                rank=rank,
                element=component.element,
                substance_id=component.code,
                nature=component.nature,
                link=component.link,
                strength=component.strength,
                per=component.per,
            )


def groups(told: Told) -> Iterator[GenericGroup]:
    """Yield each generic group once."""
    labels: dict[str, str] = {}
    for member in told.members:
        labels[member.group] = min(member.label, labels.get(member.group, member.label))
    for code, label in labels.items():
        yield GenericGroup(code=code, label=label)


def memberships(told: Told) -> Iterator[Membership]:
    """Yield the members of the groups, described or not."""
    for member in told.members:
        yield Membership(group_id=member.group, medicine_id=member.cis, kind=member.kind)


class Word(NamedTuple):
    """A row of Token: there are 150,000 of them, and a model is slow to make."""

    word: str
    medicine_id: str
    leads: bool


def tokens(told: Told) -> Iterator[Word]:
    """Yield the words of each medicine. Each INN of a combination leads like the name does."""
    known = cache(index_words)  # the same INN, strengths and forms come back again and again
    for cis, (name, inn, strength, form) in told.described.items():
        leading = {word for start in (name, *inn.split(" + ")) for word in known(start)[:1]}
        words = dict.fromkeys(word for text in (name, inn, strength, form) for word in known(text))
        for word in words:
            yield Word(word, cis, word in leading)


def shortages(source: Source) -> Iterator[Shortage]:
    """Yield what the ANSM says of the supply."""
    for fact in source.shortages():
        yield Shortage(
            medicine_id=fact.cis,
            cip13=fact.cip13,
            kind=fact.kind,
            label=fact.label,
            since=fact.since,
            updated_on=fact.updated_on,
            back_on=fact.back_on,
            url=fact.url,
        )


def opinions(source: Source) -> Iterator[Opinion]:
    """Yield the opinions of the HAS."""
    for fact in source.opinions():
        yield Opinion(
            medicine_id=fact.cis,
            file=fact.file,
            improvement=fact.improvement,
            reason=fact.reason,
            given_on=fact.given_on,
            value=fact.value,
            text=fact.text,
        )


def pages(source: Source) -> Iterator[OpinionPage]:
    """Yield the page of each HAS file; of several, always the same one."""
    addresses: dict[str, str] = {}
    for page in source.pages():
        addresses[page.file] = min(page.url, addresses.get(page.file, page.url))
    for file, url in addresses.items():
        yield OpinionPage(file=file, url=url)
