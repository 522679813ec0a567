"""A mail as it came, hostile until proved otherwise: its sender, its identity, its attachments, within bounds."""

import email
import email.policy
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from email.header import decode_header
from email.message import Message
from email.utils import parseaddr

from eprescription.secure_mail.problems import Problem, Unreadable

LARGEST_MAIL = 10 * 1024 * 1024
LARGEST_HEAD = 128 * 1024
MOST_ATTACHMENTS = 20
MOST_BOUNDARIES = (
    500  # lines that begin as the border of a part does: parts are counted before they are made
)
LONGEST_FIELD = 998  # RFC 5322 2.1.1

_KO = "[ko intégration"
_DONE = ("displayed", "processed", "dispatched")


@dataclass(frozen=True)
class Mail:
    """What was read of a mail. `notice`: what it says of another mail; then its attachments do not count."""

    attachments: tuple[bytes, ...]
    notice: Problem | None = None


def sender_of(source: bytes) -> str:
    """The address that the mail says it is from; empty when it says none."""
    return parseaddr(_field(_head(source), "From"))[1][:254]


def identity_of(source: bytes) -> bytes:
    """32 bytes: of its Message-ID, else of the whole. The same mail is one message, however often it comes."""
    said = _field(_head(source), "Message-ID").strip()
    return identity_for(said) if said else hashlib.sha256(b"mail " + source).digest()


def identity_for(message_id: str) -> bytes:
    """The 32 bytes by which a mail with this Message-ID is known."""
    return hashlib.sha256(f"id {message_id}".encode()).digest()


def parse(source: bytes) -> Mail:
    """Reads a whole mail. Raises Unreadable when it passes the bounds or cannot be read."""
    if len(source) > LARGEST_MAIL:
        raise Unreadable(Problem.TOO_BIG)
    if len(_head_bytes(source)) >= LARGEST_HEAD:
        raise Unreadable(Problem.UNREADABLE)
    if source.count(b"\n--") > MOST_BOUNDARIES:
        raise Unreadable(Problem.TOO_MANY_PARTS)
    try:
        read = email.message_from_bytes(source, policy=email.policy.compat32)
        notice = _notice(read)
        return Mail(() if notice else tuple(_attachments(read)), notice)
    except (RecursionError, LookupError, ValueError, TypeError, AttributeError) as error:
        raise Unreadable(Problem.UNREADABLE) from error


def _attachments(read: Message) -> Iterator[bytes]:
    """All parts but the text that is shown; their announced types and names are not believed."""
    leaves = [part for part in read.walk() if not part.is_multipart()]
    attached = [part for part in leaves if part.get_content_maintype() != "text" or _named(part)]
    if len(attached) > MOST_ATTACHMENTS:
        raise Unreadable(Problem.TOO_MANY_PARTS)
    for part in attached:
        content = part.get_payload(decode=True)
        if isinstance(content, bytes) and content:
            yield content


def _named(part: Message) -> bool:
    return part.get_filename() is not None or part.get_content_disposition() == "attachment"


def _notice(read: Message) -> Problem | None:
    """A receipt (RFC 8098), a failed delivery (RFC 3464), or a refusal of the receiving software (MSSanté)."""
    if _KO in _shown(_field(read, "Subject")).casefold():
        return Problem.NOT_INTEGRATED
    if read.get_content_type() != "multipart/report":
        return None
    kinds = {part.get_content_type(): part for part in read.walk()}
    if "message/delivery-status" in kinds:
        return Problem.NOT_DELIVERED
    receipt = kinds.get("message/disposition-notification")
    return None if receipt is None else _receipt(receipt)


def _receipt(part: Message) -> Problem:
    inner = part.get_payload()
    first = inner[0] if isinstance(inner, list) and inner else part
    fields = first if isinstance(first, Message) else part
    said = _field(fields, "Disposition").rpartition(";")[2].strip().casefold()
    return (
        Problem.RECEIPT
        if said.startswith(_DONE) and "error" not in said
        else Problem.NOT_INTEGRATED
    )


def _head_bytes(source: bytes) -> bytes:
    """The fields before the first blank line; no more than what is looked at."""
    start = source[:LARGEST_HEAD].replace(b"\r\n", b"\n")
    return start.partition(b"\n\n")[0] if b"\n\n" in start else source[:LARGEST_HEAD]


def _head(source: bytes) -> Message:
    return email.message_from_bytes(_head_bytes(source), policy=email.policy.compat32)


def _field(read: Message, name: str) -> str:
    return str(read.get(name, ""))[:LONGEST_FIELD]


def _shown(text: str) -> str:
    """A field in words, whatever its encoding says."""
    words = []
    for part, charset in decode_header(text):
        if isinstance(part, bytes):
            try:
                part = part.decode(charset or "utf-8", "replace")
            except LookupError:
                part = part.decode("utf-8", "replace")
        words.append(part)
    return "".join(words)
