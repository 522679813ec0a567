"""What can be wrong with a mail or with an account: a code for the rows, plain words for the page."""

from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = str | Promise


class Problem(StrEnum):
    """Why a mail opens no prescription."""

    TOO_BIG = "too_big"
    UNREADABLE = "unreadable"
    TOO_MANY_PARTS = "too_many_parts"
    UNSAFE_ARCHIVE = "unsafe_archive"
    NO_ATTACHMENT = "no_attachment"
    NOT_A_PDF = "not_a_pdf"
    BROKEN_PDF = "broken_pdf"
    NO_CODE = "no_code"
    SEVERAL_CODES = "several_codes"
    UNKNOWN_CODE = "unknown_code"
    RECEIPT = "receipt"
    NOT_INTEGRATED = "not_integrated"
    NOT_DELIVERED = "not_delivered"


class Unreadable(Exception):
    """A mail, or a part of it, that cannot be read, and why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.value)
        self.problem = problem


@dataclass(frozen=True)
class Explanation:
    """What it is, and what to do about it."""

    title: Words
    advice: Words


_ASK_AGAIN = _("Demandez à l'expéditeur d'envoyer de nouveau l'ordonnance en PDF.")
_NOTHING_TO_OPEN = _("Ce n'est pas une ordonnance : rien n'est à ouvrir.")

EXPLAINED: dict[str, Explanation] = {
    Problem.TOO_BIG: Explanation(_("Ce message dépasse 10 Mo."), _ASK_AGAIN),
    Problem.UNREADABLE: Explanation(_("Ce message est abîmé : il n'a pas pu être lu."), _ASK_AGAIN),
    Problem.TOO_MANY_PARTS: Explanation(
        _("Ce message contient trop de pièces jointes."), _ASK_AGAIN
    ),
    Problem.UNSAFE_ARCHIVE: Explanation(
        _("L'archive jointe n'est pas sûre : elle n'a pas été ouverte."),
        _("Appelez l'expéditeur avant d'ouvrir l'original."),
    ),
    Problem.NO_ATTACHMENT: Explanation(
        _("Ce message ne contient pas d'ordonnance en pièce jointe."), _ASK_AGAIN
    ),
    Problem.NOT_A_PDF: Explanation(
        _("La pièce jointe n'est pas un PDF."),
        _("Une photo ne suffit pas : demandez à l'expéditeur le PDF de l'ordonnance."),
    ),
    Problem.BROKEN_PDF: Explanation(_("Le PDF joint n'a pas pu être lu."), _ASK_AGAIN),
    Problem.NO_CODE: Explanation(
        _("Le PDF joint ne porte pas de code d'ordonnance."),
        _("Ouvrez l'original ; si un numéro y est imprimé, tapez-le au comptoir."),
    ),
    Problem.SEVERAL_CODES: Explanation(
        _("Ce message contient plusieurs ordonnances."),
        _("Ouvrez l'original et scannez chaque code au comptoir."),
    ),
    Problem.UNKNOWN_CODE: Explanation(
        _("Le code du PDF joint n'ouvre aucune ordonnance à délivrer."),
        _("Il a pu être remplacé ou annulé : appelez le prescripteur."),
    ),
    Problem.RECEIPT: Explanation(_("Accusé de réception d'un message."), _NOTHING_TO_OPEN),
    Problem.NOT_INTEGRATED: Explanation(
        _("Le logiciel du destinataire n'a pas pu intégrer un message."), _NOTHING_TO_OPEN
    ),
    Problem.NOT_DELIVERED: Explanation(
        _("Un message n'a pas pu être remis à son destinataire."), _NOTHING_TO_OPEN
    ),
}


class Failure(StrEnum):
    """Why an account does not answer."""

    UNREACHABLE = "unreachable"
    SILENT = "silent"
    CERTIFICATE = "certificate"
    NOT_ENCRYPTED = "not_encrypted"
    PASSWORD = "password"
    FOLDER = "folder"
    CUT = "cut"
    STRANGE = "strange"
    SEAL = "seal"


class AccountFails(Exception):
    """The account cannot be used now, and why."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.value)
        self.failure = failure


FAILING: dict[str, Words] = {
    Failure.UNREACHABLE: _("Le serveur de messagerie ne peut pas être joint."),
    Failure.SILENT: _("Le serveur de messagerie ne répond pas à temps."),
    Failure.CERTIFICATE: _("Le certificat du serveur de messagerie n'est pas reconnu."),
    Failure.NOT_ENCRYPTED: _("Le serveur de messagerie n'est pas chiffré : rien n'y est lu."),
    Failure.PASSWORD: _("L'identifiant ou le mot de passe de la messagerie est refusé."),
    Failure.FOLDER: _("Le dossier à relever n'existe pas ou ne s'ouvre pas."),
    Failure.CUT: _("Le serveur de messagerie a coupé la connexion."),
    Failure.STRANGE: _("Le serveur de messagerie répond de façon inattendue."),
    Failure.SEAL: _("Le mot de passe enregistré ne se lit plus : il est à saisir de nouveau."),
}
