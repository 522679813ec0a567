"""What a hand scanner meant, from what the keys it pressed wrote on this machine.

A scanner is a keyboard: it presses the keys that write a text on the layout it was set for, and the
machine writes what these keys mean on its own. Rows of keys, plain then with Shift, undo that.
"""

from collections.abc import Iterator
from functools import cache
from itertools import product

_Rows = tuple[str, str]
# Four rows of keys, from the one left of 1 to the one left of the right Shift; plain, then with Shift.
# A blank stands for a key that writes nothing.
_QWERTY = (
    "`1234567890-=qwertyuiop[]\\asdfghjkl;'zxcvbnm,./",
    '~!@#$%^&*()_+QWERTYUIOP{}|ASDFGHJKL:"ZXCVBNM<>?',
)
_AZERTY = (
    "²&é\"'(-è_çà)=azertyuiop^$*qsdfghjklmùwxcvbn,;:!",
    " 1234567890°+AZERTYUIOP¨£µQSDFGHJKLM%WXCVBN?./§",
)
_HOSTS: dict[str, _Rows] = {
    "QWERTY": _QWERTY,
    "AZERTY": _AZERTY,
    "AZERTY on a Mac": (
        "@&é\"'(§è!çà)-azertyuiop^$`qsdfghjklmùwxcvbn,;:=",
        "#1234567890°_AZERTYUIOP¨*£QSDFGHJKLM%WXCVBN?./+",
    ),
    "AZERTY of Belgium": (
        "²&é\"'(§è!çà)-azertyuiop^$µqsdfghjklmùwxcvbn,;:=",
        "³1234567890°_AZERTYUIOP¨*£QSDFGHJKLM%WXCVBN?./+",
    ),
    "QWERTZ": (
        "^1234567890ß´qwertzuiopü+#asdfghjklöäyxcvbnm,.-",
        "°!\"§$%&/()=?`QWERTZUIOPÜ*'ASDFGHJKLÖÄYXCVBNM;:_",
    ),
    "QWERTZ of Switzerland": (
        "§1234567890'^qwertzuiopè¨$asdfghjkléàyxcvbnm,.-",
        '°+"*ç%&/()=?`QWERTZUIOPü!£ASDFGHJKLöäYXCVBNM;:_',
    ),
    "QWERTZ of Switzerland, German": (
        "§1234567890'^qwertzuiopü¨$asdfghjklöäyxcvbnm,.-",
        '°+"*ç%&/()=?`QWERTZUIOPè!£ASDFGHJKLéàYXCVBNM;:_',
    ),
}
_SCANNERS = (_QWERTY, _AZERTY)


def readings(text: str) -> Iterator[str]:
    """Yield the text as it stands, then as each keyboard may have garbled it; each reading once.

    Digits stay digits: they come from the numeric keypad or under Caps Lock, whatever the letters.
    """
    yield from dict.fromkeys([text, *(text.translate(table) for table in _tables())])


def readings_under_caps_lock(text: str) -> Iterator[str]:
    """Yield what the text may mean when Caps Lock was on."""
    yield from dict.fromkeys(text.translate(table) for table in _locked_tables())


@cache
def _tables() -> tuple[dict[int, str], ...]:
    pairs = product(_SCANNERS, _HOSTS.values())
    return tuple(_undone(scanner, rows) for scanner, rows in pairs if scanner is not rows)


@cache
def _locked_tables() -> tuple[dict[int, str], ...]:
    pairs = product(_SCANNERS, _HOSTS.values())
    return tuple(
        _undone(scanner, locked) for scanner, rows in pairs for locked in _under_caps_lock(*rows)
    )


def _under_caps_lock(plain: str, shifted: str) -> Iterator[_Rows]:
    """Caps Lock turns the letters over; on Windows an AZERTY one turns every key over."""
    yield "".join(map(_turned, plain)), "".join(map(_turned, shifted))
    yield shifted, plain


def _turned(key: str) -> str:
    other = key.swapcase()
    return other if len(other) == 1 else key


def _undone(scanner: _Rows, machine: _Rows) -> dict[int, str]:
    """From what the machine wrote to what the scanner meant; the plain key wins over the shifted."""
    keys = zip(machine[1] + machine[0], scanner[1] + scanner[0], strict=True)
    table = {ord(written): meant for written, meant in keys if written != " "}
    return {**table, **{ord(digit): digit for digit in "0123456789"}}
