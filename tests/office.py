"""A real LibreOffice as the second judge of what the product writes. Tests get it as the fixture `office`.

It runs on a virtual screen of its own: LibreOffice without a screen shows nobody a message box.
"""

import json
import os
import re
import select
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ducha.preview import font_config

WORKER = Path(__file__).with_name("office_worker.py")
SYSTEM_PYTHON = "/usr/bin/python3"  # python3-uno belongs to the distribution's interpreter, not to a venv
SECONDS = 100  # below pytest's own limit, so that a stuck LibreOffice is ended and named


def missing() -> str:
    """What this machine lacks for the fixture, as one phrase; empty when it has everything."""
    for tool in ("soffice", "Xvfb", "pdftoppm", "pdftotext"):
        if shutil.which(tool) is None:
            return f"{tool} is not installed"
    if not Path(SYSTEM_PYTHON).exists():
        return f"{SYSTEM_PYTHON} is missing"
    if subprocess.run([SYSTEM_PYTHON, "-I", "-c", "import uno"], capture_output=True).returncode:
        return f"{SYSTEM_PYTHON} cannot import uno (package python3-uno)"
    return ""


class OfficeError(Exception):
    """LibreOffice refused a request, stopped answering or died."""


@dataclass(frozen=True, slots=True)
class Typed:
    """What came of typing into a cell or choosing from its list.

    ``title`` and ``text`` are the message box's, empty when none came; ``stands`` is the text that the cell shows
    afterwards and ``kind`` its content: EMPTY, VALUE, TEXT or FORMULA; ``offered`` are the list's words.
    """

    title: str
    text: str
    stands: str
    kind: str
    offered: tuple[str, ...] = ()


class Typist:
    """A person at the keyboard of one workbook; made by `Office.typist`."""

    def __init__(self, office: "Office") -> None:
        self._office = office

    def type(self, sheet: str, cell: str, text: str) -> Typed:
        """Go to a cell, type over it and press Return; a message box is closed with its first button."""
        return Typed(**self._office._ask("type", sheet=sheet, cell=cell, text=text))

    def choose(self, sheet: str, cell: str, word: str) -> Typed:
        """Open a cell's drop-down list and pick ``word`` with the arrow keys; if it is not there, close the list."""
        answer = self._office._ask("choose", sheet=sheet, cell=cell, word=word)
        return Typed(**{**answer, "offered": tuple(answer["offered"])})

    def look(self, sheet: str, cell: str) -> str:
        """The text that a cell shows now."""
        shown: str = self._office._ask("look", sheet=sheet, cell=cell)["stands"]
        return shown

    def save(self, out: Path) -> Path:
        """Save a copy as .xlsx."""
        self._office._ask("save", out=out)
        return out


class Office:
    """One soffice with a profile and a screen of its own, started at the first request; a dead one is started anew."""

    def __init__(self) -> None:
        self._screen: subprocess.Popen[bytes] | None = None
        self._client: socket.socket | None = None
        self._soffice: subprocess.Popen[bytes] | None = None
        self._worker: subprocess.Popen[bytes] | None = None
        self._profile: Path | None = None

    def pdf(self, path: Path, out_dir: Path) -> Path:
        """Export a document or workbook as `out_dir`/<stem>.pdf, formulas recalculated."""
        out = out_dir / f"{path.stem}.pdf"
        self._ask("pdf", path=path, out=out)
        return out

    def values(self, path: Path) -> dict[str, list[list[Any]]]:
        """Every sheet's rows from A1 to the last cell with content, after a hard recalculation.

        Numbers, dates and truth values are floats, errors their text (#DIV/0!, Err:508), empty cells None;
        a formula that gives "" is "".
        """
        answer: dict[str, list[list[Any]]] = self._ask("values", path=path)
        return answer

    def macro(self, path: Path, calls: Sequence[Sequence[str]], formulas: Sequence[str] = ()) -> list[Any]:
        """Run macros of a workbook, each call a name (Module.Sub) and its arguments, then put formulas into a cell.

        What each gave, the formulas as text. A fault anywhere in the workbook's code makes every call give None.
        """
        answer: list[Any] = self._ask("macro", path=path, calls=calls, formulas=formulas)
        return answer

    def desk(self, do: str, **arguments: object) -> Any:
        """A request to a workbook that stays open, for `tests/addin/calc.py`."""
        return self._ask(f"desk_{do}", **arguments)

    def resave(self, path: Path, out: Path, kind: str) -> Path:
        """Open and save as "xlsx", "xls", "ods", "csv" (first sheet) or "docx", as a clerk with LibreOffice does."""
        self._ask("resave", path=path, out=out, kind=kind)
        return out

    def invalid(self, path: Path, sheet: str) -> list[str]:
        """References of the filled cells on `sheet` that break their data validation, in reading order."""
        answer: list[str] = self._ask("invalid", path=path, sheet=sheet)
        return answer

    @contextmanager
    def typist(self, path: Path) -> Iterator[Typist]:
        """Open a workbook on the screen and type into it; what is not saved is lost at the end."""
        self._ask("show", path=path)
        try:
            yield Typist(self)
        finally:
            # a dead office has nothing open, and must not be started for that
            if self._worker:
                self._ask("shut")

    def close(self) -> None:
        """End the worker, soffice, all that soffice started, and the screen; remove the profile. Safe to call twice."""
        if self._worker:
            # the end of its input makes the worker ask soffice to end
            _end(self._worker, patience=20)
        if self._soffice:
            _end(self._soffice, patience=20)
        if self._screen:
            if self._client:
                self._client.close()
            _end(self._screen, patience=5)
        if self._profile:
            shutil.rmtree(self._profile, ignore_errors=True)
        self._worker = self._soffice = self._screen = self._client = self._profile = None

    def _start(self) -> None:
        self._profile = Path(tempfile.mkdtemp(prefix="ducha-office-"))
        fonts = self._profile / "fonts.conf"
        fonts.write_text(font_config(), encoding="utf-8")
        # under LC_ALL=C LibreOffice cannot open files with Chinese names
        environment = {**os.environ, "LC_ALL": "C.UTF-8", "FONTCONFIG_FILE": str(fonts)}
        pipe = self._profile.name
        quiet: dict[str, Any] = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "start_new_session": True}
        screen = self._start_screen(quiet)
        environment |= {"DISPLAY": screen, "SAL_USE_VCLPLUGIN": "gen"}
        self._soffice = subprocess.Popen(
            [
                *("soffice", f"-env:UserInstallation={self._profile.as_uri()}", f"--accept=pipe,name={pipe};urp;"),
                *("--norestore", "--nologo", "--nodefault"),
            ],
            stdin=subprocess.DEVNULL,
            env=environment,
            **quiet,
        )
        self._worker = subprocess.Popen(
            [SYSTEM_PYTHON, "-I", "-X", "utf8", str(WORKER), pipe],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment,
            start_new_session=True,
        )
        self._answer()

    def _start_screen(self, quiet: dict[str, Any]) -> str:
        """Start Xvfb and return its name, also where there is a screen: nobody's keys come in, no window goes out."""
        number, wanted = os.pipe()
        self._screen = subprocess.Popen(
            ["Xvfb", "-displayfd", str(wanted), "-terminate", "-nolisten", "tcp", "-screen", "0", "1280x1024x24"],
            stdin=subprocess.DEVNULL,
            pass_fds=[wanted],
            **quiet,
        )
        os.close(wanted)
        with os.fdopen(number) as told:
            display = told.readline().strip()
        if not display:
            self.close()
            raise OfficeError("Xvfb does not start")
        # it ends with its last client, so even when pytest is killed; until then this one is never the last to go
        self._client = socket.socket(socket.AF_UNIX)
        self._client.connect(f"/tmp/.X11-unix/X{display}")
        self._client.sendall(b"l\0\x0b\0" + bytes(8))  # the X protocol's greeting: little-endian, version 11
        self._client.recv(1)
        return f":{display}"

    def _ask(self, do: str, **arguments: object) -> Any:
        if self._worker is None:
            self._start()
        assert self._worker is not None
        assert self._worker.stdin is not None
        texts = {name: str(v.absolute()) if isinstance(v, Path) else v for name, v in arguments.items()}
        request = json.dumps({"do": do, **texts}) + "\n"
        try:
            self._worker.stdin.write(request.encode())
            self._worker.stdin.flush()
        except BrokenPipeError:
            self.close()
            raise OfficeError("the LibreOffice worker has died") from None
        return self._answer()

    def _answer(self) -> Any:
        assert self._worker is not None
        assert self._worker.stdout is not None
        ready, _, _ = select.select([self._worker.stdout], [], [], SECONDS)
        line = self._worker.stdout.readline() if ready else b""
        if not line:
            # a stuck soffice does not hear polite requests
            for process in (self._worker, self._soffice):
                if process:
                    _end(process, patience=0)
            self.close()
            raise OfficeError("LibreOffice died" if ready else f"LibreOffice did not answer for {SECONDS} s")
        answer = json.loads(line)
        if "error" in answer:
            raise OfficeError(answer["error"])
        return answer["result"]


def _end(process: subprocess.Popen[bytes], patience: float) -> None:
    """Close the process's pipes, wait `patience` seconds, then kill its process group, which is ours alone."""
    for stream in (process.stdin, process.stdout):
        if stream:
            with suppress(BrokenPipeError):  # what was still to be sent to one that has died
                stream.close()
    try:
        process.wait(patience)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def pages(pdf: Path, out_dir: Path, dpi: int = 70) -> list[Path]:
    """Draw each page of `pdf` as `out_dir`/<stem>-<page>.png, in page order."""
    subprocess.run(["pdftoppm", "-r", str(dpi), "-png", str(pdf), str(out_dir / pdf.stem)], check=True)
    name = re.compile(re.escape(pdf.stem) + r"-(\d+)\.png")
    return sorted(p for p in out_dir.iterdir() if name.fullmatch(p.name))


def pdf_text(pdf: Path) -> str:
    """The text of `pdf` in reading order; a form feed ends each page."""
    command = ["pdftotext", "-enc", "UTF-8", str(pdf), "-"]
    return subprocess.run(command, check=True, capture_output=True).stdout.decode()
