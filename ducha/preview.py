"""A look at a Word document as PDF, through LibreOffice; what is signed is printed from Word or WPS."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from ledger.errors import StateError
from sync.atomic import write_whole
from sync.scratch import scratch

__all__ = ["font_config", "preview", "write_preview"]

_SECONDS = 120  # for each of the two steps; 1,000 rows take a tenth of it
_PLACES = (  # where its installer puts LibreOffice without putting it on the PATH
    *(Path(os.environ.get(name, "C:/nowhere")) / "LibreOffice/program/soffice.exe" for name in (
        "PROGRAMFILES", "PROGRAMFILES(X86)", "PROGRAMW6432",
    )),
    Path("/Applications/LibreOffice.app/Contents/MacOS/soffice"),
)  # fmt: skip

# Official fonts are not free: where they are missing each is drawn with the first look-alike that is installed.
_SERIF, _SANS = "Noto Serif CJK SC", "Noto Sans CJK SC"
_LOOKALIKES = {
    ("FandolFang", _SERIF): ("仿宋", "仿宋_GB2312", "FangSong", "方正仿宋_GBK", "方正仿宋简体", "华文仿宋"),
    ("FandolKai", _SERIF): ("楷体", "楷体_GB2312", "KaiTi", "方正楷体_GBK", "方正楷体简体", "华文楷体"),
    ("FandolSong", _SERIF): ("方正小标宋简体", "方正小标宋_GBK", "小标宋体", "华文中宋"),
    (_SERIF,): ("宋体", "SimSun", "NSimSun", "新宋体"),
    (_SANS,): ("黑体", "SimHei", "方正黑体_GBK", "微软雅黑", "Microsoft YaHei", "等线", "DengXian"),
}

# LibreOffice 7 reads neither w:overflowPunct nor w:autoSpaceDE: it hangs the mark at the end of a full line outside
# the text, where it is lost, and puts space around digits, which breaks lines elsewhere than Word.
_AS_WORD = {
    b'style:punctuation-wrap="hanging"': b'style:punctuation-wrap="simple"',
    b'style:text-autospace="ideograph-alpha"': b'style:text-autospace="none"',
}


def write_preview(document: Path) -> Path:
    """Draw the document as it lies there, with what people changed in it, into ``<name>_预览.pdf`` beside it."""
    path = document.with_name(f"{document.stem}_预览.pdf")
    write_whole(path, preview(document.read_bytes()))
    return path


def preview(document: bytes) -> bytes:
    """The pages of a .docx as PDF.

    A `StateError` where there is no LibreOffice, or where it fails or takes too long.
    """
    program = _program()
    with scratch() as folder:
        (folder / "fonts.conf").write_text(font_config(), encoding="utf-8")
        (folder / "通报.docx").write_bytes(document)
        flat = _converted(program, folder, "通报.docx", "fodt")
        pages = flat.read_bytes()
        for theirs, ours in _AS_WORD.items():
            pages = pages.replace(theirs, ours)
        flat.write_bytes(pages)
        return _converted(program, folder, flat.name, "pdf").read_bytes()


def font_config() -> str:
    """A fontconfig file that adds the look-alikes to the system's own configuration."""
    rules = "".join(
        f'<alias binding="same"><family>{escape(name)}</family><accept>'
        + "".join(f"<family>{escape(substitute)}</family>" for substitute in substitutes)
        + "</accept></alias>"
        for substitutes, names in _LOOKALIKES.items()
        for name in names
    )
    return (
        '<?xml version="1.0"?>\n<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">\n'
        f'<fontconfig><include ignore_missing="yes">/etc/fonts/fonts.conf</include>{rules}</fontconfig>\n'
    )


def _program() -> str:
    found = shutil.which("soffice") or shutil.which("libreoffice")
    found = found or next((str(place) for place in _PLACES if place.is_file()), None)
    if found is None:
        raise StateError("这台电脑没有安装LibreOffice，不能生成PDF预览；请安装，或用Word、WPS打开通报另存为PDF。")
    return found


def _converted(program: str, folder: Path, name: str, kind: str) -> Path:
    """Convert a file in ``folder`` to another kind beside it, in a LibreOffice with settings of its own."""
    arguments = [
        *(program, f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--norestore"),
        *("--convert-to", kind, "--outdir", str(folder), str(folder / name)),
    ]
    made = (folder / name).with_suffix(f".{kind}")
    if not _ended(arguments, folder):
        raise StateError("LibreOffice没有在规定时间内转换完，PDF预览没有生成；请稍后重试，或用Word另存为PDF。")
    if not made.is_file():
        raise StateError("LibreOffice没有转换成功，PDF预览没有生成；请用Word、WPS打开通报另存为PDF。")
    return made


def _ended(arguments: Sequence[str], folder: Path) -> bool:
    """Run the program and say whether it ended in time; if not, it and what it started are killed."""
    # under LC_ALL=C LibreOffice cannot open files with Chinese names
    environment = {**os.environ, "LC_ALL": "C.UTF-8", "FONTCONFIG_FILE": str(folder / "fonts.conf")}
    quiet: dict[str, Any] = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    try:
        process = subprocess.Popen(arguments, env=environment, start_new_session=True, **quiet)
    except OSError as error:
        raise StateError(f"LibreOffice（{arguments[0]}）启动不了，PDF预览没有生成；请重新安装LibreOffice。") from error
    try:
        process.wait(_SECONDS)
    except subprocess.TimeoutExpired:
        return False
    finally:  # also when somebody presses Ctrl-C
        if process.poll() is None:
            _kill(process)
    return True


def _kill(process: subprocess.Popen[bytes]) -> None:
    """End LibreOffice with its children; it hears no polite requests when it is stuck."""
    if sys.platform == "win32":
        subprocess.run(["taskkill", "/T", "/F", "/PID", str(process.pid)], capture_output=True, check=False)
    else:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    process.wait()
