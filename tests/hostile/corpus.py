"""Hostile text: what people, programs and thieves type where a name or a dose is asked. `HOSTILE=<n>` tries n times as much."""

import os

TIMES = max(1, int(os.environ.get("HOSTILE") or 1))
MARK = "hq7"  # in each text, so that it is known again wherever it comes out
PRODUCT = "50337"  # what a template engine makes of 7191*7

# What can be printed and reads as it is written: fields may take it, and it must stay text for ever.
PLAIN = {
    "script": "<script>alert('hq7')</script>",
    "handler": '"><img src=x onerror=alert(1) class=hq7>',
    "attribute": "' onfocus=hq7 autofocus='",
    "comment": "--><hq7-x onclick=1>",
    "link": "javascript:alert('hq7')",
    "entity": "&lt;b&gt;hq7&#60;/b&#62;&amp;",
    "template": "{{ 7191*7 }}hq7",
    "tag": "{% load hq7 %}{% debug %}",
    "typst call": '#panic("hq7") #(7191*7)',
    "typst file": '#read("/etc/passwd")hq7',
    "typst marks": "= hq7 *gras* _it_ $x^2$ @ref <ref> \\ `r` // x",
    "typst link": '#link("http://hq7.example")[x]',
    "formula": '=HYPERLINK("http://x";"hq7")',
    "plus": "+1+cmd|' /C calc'!hq7",
    "minus": "-2+3+hq7",
    "at": "@SUM(hq7)",
    "separator": 'hq7;=1+1;"=2',
    "percent": "%s %(hq7)s %n {0} {hq7}",
    "sql": "' OR 1=1; DROP TABLE hq7 --",
    "path": "../../../hq7/etc/passwd",
    "json": '{"hq7": null, "__proto__": {}}]}',
    "xml": '<!DOCTYPE x [<!ENTITY hq7 SYSTEM "file:///x">]>]]>',
    "right to left": "שרה hq7 فاطمة",
    "blanks": "  hq7   x  ",
}
# What no reader sees, what turns or hides, and what is no text: refused wherever somebody reads it.
FOUL = {
    "override": "hq7\u202eGPJ.exe",
    "isolate": "hq7\u2066x\u2069",
    "mark": "hq7\u200fx",
    "zero width": "h\u200bhq7\ufeff",
    "tags": "hq7\U000e0041\U000e0042",
    "control": "hq7\x0b\x1b[31m",
    "nul": "hq7\x00x",
    "surrogate": "hq7\ud800x",
    "flood": "hq7" + "e\u0301\u0300\u0302\u0303\u0304" * 40,
    "separator of lines": "hq7\u2028x",
}
# What is odd without harm: kept or refused, never a fault.
ODD = {
    "header": "hq7\r\nBcc: tous@exemple.fr\r\n\r\nx",
    "tab": "\t=1+hq7",
    "return": "\r=1+hq7",
    "long": "hq7" * 3334,
    "emoji": "hq7 👩‍⚕️💊🇫🇷",
    "wide": "hq7＝１＋１",
    "figures": "hq7٣٤५६²",
}
ALL = PLAIN | FOUL | ODD
