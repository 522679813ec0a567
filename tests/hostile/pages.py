"""A page as a thief sees it: its forms, their fields and buttons; and whether a text came out as anything but text."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

from tests.hostile.corpus import MARK, PRODUCT

FREE = {
    "text",
    "search",
    "email",
    "tel",
    "url",
    "password",
    "number",
    "date",
    "datetime-local",
    "time",
}
VOID_OF_TEXT = {"script", "style"}


@dataclass
class Form:
    """`kept`: what the page holds already; `free`: where one types; `buttons`: (name, value), ("", "") for a bare one."""

    action: str
    method: str
    kept: list[tuple[str, str]] = field(default_factory=list)
    free: list[str] = field(default_factory=list)
    radios: dict[str, str] = field(default_factory=dict)
    buttons: list[tuple[str, str]] = field(default_factory=list)
    id: str = ""

    @property
    def data(self) -> dict[str, str]:
        return dict([*self.kept, *self.radios.items()])


class Page(HTMLParser):
    """Forms, texts and tags of one page. `wrong`: what a hostile text became."""

    def __init__(self, content: str) -> None:
        super().__init__(convert_charrefs=True)
        self.forms: list[Form] = []
        self.outside: list[tuple[str, dict[str, str]]] = []
        self.text: list[str] = []
        self.values: list[str] = []
        self.wrong: list[str] = []
        self._open: Form | None = None
        self._select = self._area = ""
        self._in: list[str] = []
        self.feed(content)
        self.close()
        for tag, attrs in self.outside:
            owner = next((f for f in self.forms if f.id == attrs["form"]), None)
            if owner:
                self._control(owner, tag, attrs)

    @property
    def sent(self) -> list[Form]:
        """The forms that send something: one of a dialog only closes it."""
        return [form for form in self.forms if form.method in ("get", "post")]

    @property
    def shown(self) -> str:
        """All that a reader or his reading machine is given."""
        return "\n".join([*self.text, *self.values])

    def handle_starttag(self, tag: str, pairs: list[tuple[str, str | None]]) -> None:
        attrs = {name: value or "" for name, value in pairs}
        self._judge(tag, attrs)
        self.values += attrs.values()
        self._in.append(tag)
        if tag == "form":
            action, method = attrs.get("action", ""), attrs.get("method", "get").lower()
            self._open = Form(action, method, id=attrs.get("id", ""))
            self.forms.append(self._open)
        elif tag in ("input", "textarea", "select", "button"):
            if "form" in attrs:
                self.outside.append((tag, attrs))
            elif self._open:
                self._control(self._open, tag, attrs)
        elif tag == "option" and self._open and self._select:
            known = dict(self._open.kept)
            if "selected" in attrs or not known.get(self._select):
                self._open.kept.append((self._select, attrs.get("value", "")))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = None
        if tag == "select":
            self._select = ""

    def handle_data(self, data: str) -> None:
        if self._in and self._in[-1] in VOID_OF_TEXT and MARK in data:
            self.wrong.append(f"inside {self._in[-1]}")
        self.text.append(data)

    def handle_comment(self, data: str) -> None:
        if MARK in data:
            self.wrong.append("inside a comment")

    def _judge(self, tag: str, attrs: dict[str, str]) -> None:
        """A text that became a tag, an attribute, or the address of a link."""
        if MARK in tag or any(MARK in name for name in attrs):
            self.wrong.append(f"markup: {tag} {list(attrs)}")
        if any(name.startswith("on") or name == "style" for name in attrs):
            self.wrong.append(f"a handler: {tag} {list(attrs)}")
        for name in ("href", "src", "action", "formaction"):
            if attrs.get(name, "").lstrip().lower().startswith(("javascript:", "data:text")):
                self.wrong.append(f"an address: {attrs[name][:60]}")

    def _control(self, form: Form, tag: str, attrs: dict[str, str]) -> None:
        name, kind = (
            attrs.get("name", ""),
            attrs.get("type", "text" if tag == "input" else "submit"),
        )
        if tag == "button" or kind in ("submit", "image"):
            form.buttons.append((name, attrs.get("value", "")))
        elif not name or "disabled" in attrs:
            return
        elif tag == "select":
            self._select = name
        elif tag == "textarea" or kind in FREE:
            form.free.append(name)
            form.kept.append((name, attrs.get("value", "")))
        elif kind in ("radio", "checkbox"):
            if "checked" in attrs or (kind == "radio" and name not in form.radios):
                form.radios[name] = attrs.get("value", "on")
        elif kind == "hidden":
            form.kept.append((name, attrs.get("value", "")))


def faults(content: str) -> Iterator[str]:
    """What is wrong with a page on which hostile texts may stand."""
    yield from Page(content).wrong
    if PRODUCT in content:
        yield "a template was executed"
