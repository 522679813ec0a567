"""What a hand scanner writes on a machine whose keyboard is not the one it was set for.

Drawn key by key from the keyboards themselves, apart from the tables of the portal: plain, then with Shift.
"""

QWERTY = (
    "`1234567890-= qwertyuiop[] asdfghjkl;'\\ zxcvbnm,./",
    '~!@#$%^&*()_+ QWERTYUIOP{} ASDFGHJKL:"| ZXCVBNM<>?',
)
AZERTY = (
    "²&é\"'(-è_çà)= azertyuiop^$ qsdfghjklmù* wxcvbn,;:!",
    "\x001234567890°+ AZERTYUIOP¨£ QSDFGHJKLM%µ WXCVBN?./§",
)
AZERTY_MAC = (
    "@&é\"'(§è!çà)- azertyuiop^$ qsdfghjklmù` wxcvbn,;:=",
    "#1234567890°_ AZERTYUIOP¨* QSDFGHJKLM%£ WXCVBN?./+",
)
BELGIUM = (
    "²&é\"'(§è!çà)- azertyuiop^$ qsdfghjklmùµ wxcvbn,;:=",
    "³1234567890°_ AZERTYUIOP¨* QSDFGHJKLM%£ WXCVBN?./+",
)
QWERTZ = (
    "^1234567890ß´ qwertzuiopü+ asdfghjklöä# yxcvbnm,.-",
    "°!\"§$%&/()=?` QWERTZUIOPÜ* ASDFGHJKLÖÄ' YXCVBNM;:_",
)
SWISS = (
    "§1234567890'^ qwertzuiopè¨ asdfghjkléà$ yxcvbnm,.-",
    '°+"*ç%&/()=?` QWERTZUIOPü! ASDFGHJKLöä£ YXCVBNM;:_',
)


def typed_on(
    machine: tuple[str, str],
    text: str,
    *,
    scanner: tuple[str, str] = QWERTY,
    caps_lock: str = "",
    keypad: bool = False,
) -> str:
    """The text as the machine writes it. `caps_lock`: letters, every key (Windows), or nothing.

    `keypad`: the figures come from the numeric keypad. What has no key of its own (GS) passes.
    """
    written = []
    for character in text:
        shift = next((s for s in (0, 1) if character in scanner[s]), None)
        if shift is None or (keypad and character.isdigit()):
            written.append(character)
            continue
        place = scanner[shift].index(character)
        key = machine[1 - shift if caps_lock == "every key" else shift][place]
        written.append(
            key.swapcase() if caps_lock == "letters" and len(key.swapcase()) == 1 else key
        )
    return "".join(written)
