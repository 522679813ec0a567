"""axe on a page: WCAG 2.0 to 2.2, A and AA."""

from pathlib import Path

import axe_playwright_python
from playwright.sync_api import Page

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
SCRIPT = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")


def check(page: Page) -> None:
    """Fails with what axe found and where. The page's own policy lets no script in: axe comes by the debugger."""
    page.evaluate(SCRIPT)
    found = page.evaluate(
        "tags => axe.run(document, {runOnly: {type: 'tag', values: tags}}).then(r => r.violations)",
        TAGS,
    )
    told = [f"{v['id']}: {n['html'][:120]}" for v in found for n in v["nodes"]]
    assert not told, f"{page.url}\n" + "\n".join(told)
