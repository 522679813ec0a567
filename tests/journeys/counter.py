"""What the journeys at the counter share: a signed prescription, a pharmacist at her desk, the judge of accessibility."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page

from eprescription.actor import Actor
from eprescription.models import Balance, Prescription
from tests import factories
from tests.journeys.people import sign_in

SCREENS = [(360, 740), (1440, 900)]
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
HUMAN = 600  # milliseconds between seeing a page and pressing a key


@dataclass
class Scene:
    """Who plays, and where."""

    live_server: Any
    doctor: Actor
    patient: Any
    pharmacist: Actor

    def prescription(self, *medicines: str, **line: Any) -> Prescription:
        return factories.a_signed(self.doctor, self.patient, *medicines, **line)

    def desk(self, page: Page) -> None:
        sign_in(page, self.live_server, self.pharmacist)
        page.wait_for_selector(".desk__field:focus" if _has_script(page) else ".desk__field")

    def counter(self, page: Page, prescription: Prescription) -> None:
        """The pharmacist scans; the page to dispense from opens."""
        self.desk(page)
        scan(page, factories.code_of(prescription))


def a_scene(live_server: Any) -> Scene:
    doctor = factories.a_prescriber()
    patient, _account = factories.a_patient(doctor)
    return Scene(live_server, doctor, patient, factories.a_pharmacist())


def scan(page: Page, text: str) -> None:
    """A hand scanner: it types where the focus is, very fast, and presses Enter."""
    if not _has_script(page):
        page.focus(".desk__field")
    page.keyboard.type(text)
    page.keyboard.press("Enter")
    page.wait_for_load_state()


def on_the_counter(page: Page) -> None:
    """Waits for the dispensing page, and as long as somebody takes to look at it."""
    page.wait_for_selector("[data-counter]")
    page.wait_for_timeout(HUMAN)


def follow(page: Page, to: Locator) -> None:
    """Clicks what leads to another page, and waits for that page: what comes next is said of it, not of this one."""
    with page.expect_navigation():
        to.click()


def left(prescription: Prescription) -> list[int]:
    rows = Balance.objects.filter(case__prescription=prescription).order_by("line__position")
    return [row.total - row.dispensed for row in rows]


def judge(page: Page) -> None:
    """Fails when axe finds a breach of WCAG A or AA, or when the page scrolls sideways."""
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": WCAG}})
    breaches = [f"{v['id']}: {n['html']}" for v in found.response["violations"] for n in v["nodes"]]
    assert not breaches, "\n".join([page.url, *breaches])
    wide = page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    assert wide <= 0, f"{page.url} is {wide} px too wide"


def film(path: Path, png: bytes) -> Path:
    """A Y4M film of what a camera sees: some blank frames, then the code."""
    import io

    from PIL import Image

    sheet = Image.new("L", (640, 480), 255)
    code = Image.open(io.BytesIO(png)).convert("L").resize((360, 360), Image.Resampling.NEAREST)
    blank = sheet.tobytes()
    sheet.paste(code, (140, 60))
    chroma = bytes([128]) * (640 * 480 // 2)
    frames = [blank] * 8 + [sheet.tobytes()] * 40
    with path.open("wb") as out:
        out.write(b"YUV4MPEG2 W640 H480 F10:1 Ip A1:1 C420jpeg\n")
        for frame in frames:
            out.write(b"FRAME\n" + frame + chroma)
    return path


def _has_script(page: Page) -> bool:
    return bool(getattr(page, "has_script", True))
