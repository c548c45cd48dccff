"""The installer for computers without internet, as far as it can be tried without Windows."""

import runpy
from pathlib import Path
from typing import Any

import pytest

OFFLINE = Path(__file__).resolve().parents[2] / "offline"


@pytest.fixture(scope="module")
def installer() -> dict[str, Any]:
    return runpy.run_path(str(OFFLINE / "install.py"))


@pytest.mark.parametrize(("version", "bits"), [((3, 10), 64), ((3, 14), 64), ((3, 12), 32)])
def test_another_python_is_refused(installer: dict[str, Any], version: tuple[int, int], bits: int) -> None:
    told = installer["refusal"](version, bits)
    assert f"{version[0]}.{version[1]}（{bits}位）" in told
    assert told.endswith("。")


def test_the_right_python_is_taken(installer: dict[str, Any]) -> None:
    assert [installer["refusal"](version, 64) for version in installer["VERSIONS"]] == ["", "", ""]


def test_it_goes_where_excel_finds_it(installer: dict[str, Any]) -> None:
    """Never below a user's Chinese name."""
    assert [str(place) for place in installer["places"]({})] == ["C:\\ducha", "C:\\Users\\Public\\ducha"]
    assert [str(place) for place in installer["places"]({"PUBLIC": "D:\\公用", "SystemDrive": "D:"})] == ["D:\\ducha"]


def test_nothing_is_fetched_from_the_network(installer: dict[str, Any]) -> None:
    """A new environment, the wheels beside the script, then the add-in."""
    make, install, addin = installer["steps"](Path("C:/ducha"), Path("E:/wheels"))
    assert make[1:3] == ["-m", "venv"]
    assert "--no-index" in install
    assert install[install.index("--find-links") + 1] == str(Path("E:/wheels"))
    assert addin[-2:] == ["addin", "install"]


def test_the_batch_file_is_what_cmd_reads() -> None:
    """ASCII with Windows' line ends."""
    text = (OFFLINE / "install.cmd").read_bytes()
    assert text.isascii()
    assert text.count(b"\r\n") == text.count(b"\n")
    assert b"install.py" in text
