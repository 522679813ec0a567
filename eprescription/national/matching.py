"""Whose account it is: by RPPS for a professional, by five certified traits for a patient, then by (issuer, subject).

Never by e-mail. Nothing is opened for somebody whom no professional knows: a space needs a person whose identity was
checked at a desk, an activity needs the operator, so that the one who signs in only finds again what is already his.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from eprescription.actor import load
from eprescription.audit.journal import record
from eprescription.identity.recognising import recognise
from eprescription.identity.traits import Traits
from eprescription.models import (
    Activity,
    Deed,
    NationalLink,
    Role,
    Subject,
    User,
)
from eprescription.models.user import PROFESSIONAL
from eprescription.national import directory
from eprescription.national.claims import Professional
from eprescription.national.refusing import NotHere
from eprescription.national.registered import Provider


@dataclass(frozen=True)
class Found:
    """An account, the activities that this sign-in opens, and the names of places known elsewhere only."""

    user: User
    activities: tuple[Activity, ...]
    elsewhere: tuple[str, ...] = ()


def account_of_professional(
    provider: Provider, subject: str, who: Professional, *, at: datetime
) -> Found:
    """The account of a professional, with those of his activities that exist here; raises NotHere."""
    if not any(situation.served for situation in who.situations):
        raise NotHere(
            "profession",
            _(
                "Ce portail sert les médecins, les chirurgiens-dentistes, les sages-femmes, les pharmaciens et les préparateurs en pharmacie. Votre profession n'y est pas encore ouverte."
            ),
        )
    known = Activity.objects.filter(
        identifier=who.rpps, role__in=PROFESSIONAL, is_active=True, user__is_active=True
    )
    mine = list(known.select_related("place", "user").order_by("role", "place__name"))
    user = _user_of({activity.user for activity in mine})
    listed = [a for a in mine if directory.on_roll(a.identifier, a.profession)]
    if not listed:
        raise NotHere(
            "struck_off",
            _(
                "L'annuaire national des professionnels de santé ne vous inscrit plus. Voyez avec votre ordre, puis avec l'opérateur du portail."
            ),
        )
    opened = tuple(a for a in listed if _exercises(who, a))
    if not opened:
        raise NotHere("no_activity", _no_activity(who))
    _bind(provider, subject, user, at=at)
    places = {a.place.identifier for a in opened if a.place}
    elsewhere = {s.named for s in who.situations if s.named and not s.places & places}
    own_space = Activity.objects.filter(user=user, role=Role.PATIENT, is_active=True)
    return Found(user, (*opened, *own_space), tuple(sorted(elsewhere)))


def _user_of(users: set[User]) -> User:
    if not users:
        raise NotHere(
            "no_account",
            _("Aucun compte de ce portail ne porte votre numéro RPPS. L'opérateur en ouvre un."),
        )
    if len(users) > 1:
        raise NotHere(
            "several_accounts",
            _("Plusieurs comptes portent votre numéro RPPS : l'opérateur doit n'en garder qu'un."),
        )
    return users.pop()


def _exercises(who: Professional, activity: Activity) -> bool:
    """Whether Pro Santé Connect knows him in this profession at this place."""
    return activity.place is not None and any(
        activity.profession == s.profession and activity.place.identifier in s.places
        for s in who.situations
    )


def _no_activity(who: Professional) -> str:
    named = ", ".join(sorted({s.named for s in who.situations if s.named}))
    if not named:
        return _("Pro Santé Connect ne vous connaît aucun lieu d'exercice.")
    told = _(
        "Aucun de vos lieux d'exercice connus de Pro Santé Connect n'est ouvert sur ce portail : %(places)s. L'opérateur les ouvre."
    )
    return told % {"places": named}


def account_of_patient(provider: Provider, subject: str, who: Traits, *, at: datetime) -> Found:
    """The account of a patient, opened when his space exists and nobody holds it; raises NotHere."""
    subject_id = _recognised(who)
    with transaction.atomic():
        space = Subject.objects.select_for_update(of=("self",)).get(pk=subject_id)
        user = space.user or _open(space)
        activities = list(user.activities.filter(is_active=True))
        if not user.is_active or not any(a.role == Role.PATIENT for a in activities):
            raise NotHere("closed", _("Votre espace est fermé. Demandez à l'opérateur du portail."))
        if any(a.role != Role.PATIENT for a in activities):
            # The lesser proof never opens an account that can do more than what it proves.
            raise NotHere(
                "is_professional",
                _(
                    "Votre compte est aussi celui d'un professionnel : entrez par Pro Santé Connect ou par votre identifiant, puis prenez le rôle de patient."
                ),
            )
        _bind(provider, subject, user, at=at)
    return Found(user, tuple(activities))


def _recognised(who: Traits) -> UUID:
    """The one subject with these traits, checked by a professional; raises NotHere."""
    found = recognise(who)
    checked = [subject_id for subject_id, is_checked in found if is_checked]
    if len(checked) == 1:  # a second file that nobody checked neither opens nor shuts
        return checked[0]
    if checked:
        raise NotHere(
            "several_people",
            _(
                "Plusieurs dossiers portent la même identité : un professionnel doit d'abord les distinguer. Parlez-en à votre médecin ou à votre pharmacien."
            ),
        )
    if found:
        raise NotHere(
            "unchecked",
            _(
                "Votre identité n'a pas encore été vérifiée par un professionnel : montrez-lui une pièce d'identité à votre prochaine visite, et votre espace s'ouvrira."
            ),
        )
    raise NotHere(
        "unknown",
        _(
            "Aucune ordonnance de ce portail ne porte votre identité. Votre espace s'ouvre dès qu'un médecin vous y a enregistré avec votre nom de naissance, tous vos prénoms, votre date et votre lieu de naissance."
        ),
    )


def _open(space: Subject) -> User:
    """An account without password for a person whom a professional registered and a provider certified."""
    user = User.objects.create_user(f"fc-{uuid4()}")
    activity = Activity.objects.create(user=user, role=Role.PATIENT)
    space.user = user
    space.save(update_fields=["user"])
    record(Deed.ADMITTED, by=load(activity.pk, user), subject_id=space.pk)
    return user


def _bind(provider: Provider, subject: str, user: User, *, at: datetime) -> None:
    """Holds the subject to the account from the first sign-in on; another account or subject is refused."""
    try:
        with transaction.atomic():
            link, _made = NationalLink.objects.get_or_create(
                issuer=provider.issuer,
                subject=subject,
                defaults={"user": user, "since": at, "last_at": at},
            )
    except IntegrityError:
        raise _other() from None
    if link.user_id != user.pk:
        raise _other()
    NationalLink.objects.filter(pk=link.pk).update(last_at=at)


def _other() -> NotHere:
    return NotHere(
        "other_subject",
        _(
            "Ce compte est déjà lié à une autre identité nationale. L'opérateur du portail vérifie qui vous êtes, puis corrige."
        ),
    )
