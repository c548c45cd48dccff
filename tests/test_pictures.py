"""The pictures in docs/img: each is shown on a page, small, and a PNG; no page shows one that is not there."""

import re
from pathlib import Path

DOCS = Path(__file__).resolve().parents[1] / "docs"
PICTURES = sorted(path for path in (DOCS / "img").iterdir() if path.is_file())
SIGNATURE = b"\x89PNG\r\n\x1a\n"
LARGEST = 200_000  # bytes
WIDEST = 1600  # pixels


def linked() -> set[Path]:
    """Every file that a page of docs/ shows with ``![…](…)``."""
    shown = re.compile(r"!\[[^\]]*\]\(([^)\s]+)\)")
    pages = {page: shown.findall(page.read_text(encoding="utf-8")) for page in DOCS.glob("*.md")}
    return {page.parent / target for page, targets in pages.items() for target in targets if "://" not in target}


def test_every_picture_on_a_page_is_there() -> None:
    assert sorted(str(path) for path in linked() if not path.is_file()) == []


def test_every_picture_is_on_a_page() -> None:
    assert PICTURES
    assert [path.name for path in PICTURES if path not in linked()] == []


def test_pictures_are_small_pngs() -> None:
    for path in PICTURES:
        data = path.read_bytes()
        assert data.startswith(SIGNATURE), path.name
        assert len(data) < LARGEST, path.name
        assert int.from_bytes(data[16:20], "big") <= WIDEST, path.name  # the width in IHDR
