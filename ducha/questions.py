"""Asking people at the keyboard: numbers, periods, files, yes or no; 0 or q always leads back."""

import re
from collections.abc import Callable
from pathlib import Path
from unicodedata import normalize

from ducha.say import console, opened
from ledger.errors import DuchaError
from ledger.period import Period
from sync.workspace import Workspace

__all__ = [
    "Ask", "BackError", "ask", "columns", "count", "file", "folder", "line", "one_file", "paths_in", "period",
    "several", "sources", "yes",
]  # fmt: skip

Ask = Callable[[Path], object]  # the folder that the menu works in → an answer
_QUOTED = re.compile(r"\"([^\"]*)\"|“([^”]*)”|'([^']*)'|(\S+)")
_YES = {"y": True, "yes": True, "是": True, "n": False, "no": False, "否": False}


class BackError(Exception):
    """Somebody wants back to the menu."""


def ask(prompt: str) -> str:
    """One line from the keyboard without its edges; 0 and q are a `BackError`."""
    console.print(prompt, end="")
    line = input().strip()
    if plain(line) in ("0", "q"):
        raise BackError
    return line


def plain(line: str) -> str:
    """What was meant, whatever the input method was set to: １ and ＱＱ are 1 and qq."""
    return normalize("NFKC", line).strip().lower()


def period(prompt: str, default: Callable[[Workspace], Period | None], *, optional: bool = False) -> Ask:
    """A reporting period as people write it; ``optional`` admits an empty answer where nothing can be offered."""

    def asked(root: Path) -> str:
        with opened(root) as place:
            offered, known = default(place), place.journal.periods()
        if known:
            console.print(f"打开过的报送期：{'、'.join(map(str, known))}")
        hint = f"直接回车为{offered}" if offered else "如2022-09、2022Q3、2022"
        while True:
            text = plain(ask(f"{prompt}（{hint}）：")).upper()
            if not text and (offered or optional):
                return str(offered or "")
            try:
                return str(Period.parse(text))
            except DuchaError as error:
                console.print(f"{error}")

    return asked


def sources(prompt: str, *, optional: bool = False) -> Ask:
    """One or several files that exist, dragged into the window or pasted with or without quotes."""
    hint = "，没有就直接回车" if optional else ""

    def asked(_root: Path) -> list[Path]:
        while True:
            paths = paths_in(ask(f"{prompt}（可把文件拖进来，一次可以几个{hint}）："))
            missing = [path for path in paths if not path.exists()]
            if (paths or optional) and not missing:
                return paths
            console.print(f"找不到“{missing[0]}”，请核对。" if missing else "请写文件的路径，0返回菜单。")

    return asked


def one_file(prompt: str) -> Ask:
    """One file that exists."""

    def asked(root: Path) -> Path:
        several = sources(prompt)
        while True:
            paths = several(root)
            if isinstance(paths, list) and len(paths) == 1:
                return Path(paths[0])
            console.print("请只写一个文件，0返回菜单。")

    return asked


def folder(prompt: str, default: Callable[[Path], Path | None]) -> Ask:
    """One folder, there or not."""

    def asked(root: Path) -> Path:
        offered = default(root)
        hint = f"（直接回车为{offered}）" if offered else ""
        while True:
            paths = paths_in(ask(f"{prompt}{hint}："))
            if not paths and offered:
                return offered
            if len(paths) == 1:
                return paths[0]
            console.print("请写一个文件夹的路径，0返回菜单。")

    return asked


def file(prompt: str, default: str) -> Ask:
    """A file to be written, offered under a name that is still free; with no default name, None is an answer."""

    def asked(root: Path) -> Path | None:
        offered = _free(root / default) if default else None
        hint = f"直接回车为{offered}" if offered else "没有就直接回车"
        while True:
            paths = paths_in(ask(f"{prompt}（{hint}）："))
            if len(paths) < 2:
                return paths[0] if paths else offered
            console.print("请只写一个文件，0返回菜单。")

    return asked


def line(prompt: str, *, optional: bool = False) -> Ask:
    """A few words that are not empty, unless that is an answer too."""

    def asked(_root: Path) -> str:
        while True:
            said = ask(f"{prompt}{'（没有就直接回车）' if optional else ''}：")
            if said or optional:
                return said

    return asked


def several(prompt: str) -> Ask:
    """Words between which there is a space or 、; none is an answer too."""

    def asked(_root: Path) -> list[str]:
        return re.split("[\\s、，,]+", said) if (said := ask(f"{prompt}：")) else []

    return asked


def columns(prompt: str) -> Ask:
    """The unit's columns one by one, those that were answered as ``title=text``."""

    def asked(root: Path) -> list[str]:
        with opened(root) as place:
            schema = place.schema
        found = []
        for key in schema.owned("unit"):
            column, choices = schema.columns[key], "、".join(schema.choices(key))
            hint = f"{choices}，" if choices else ""
            if said := ask(f"{prompt}的{column.title}（{hint}没有就直接回车）："):
                found.append(f"{column.title}={said}")
        return found

    return asked


def count(prompt: str) -> Ask:
    """A whole number; an empty answer is 0."""

    def asked(_root: Path) -> int:
        while True:
            said = plain(ask(f"{prompt}："))
            if not said or said.isdecimal():
                return int(said or 0)
            console.print("请写数字，0返回菜单。")

    return asked


def yes(prompt: str) -> Ask:
    """Yes or no; no is the default."""

    def asked(_root: Path) -> bool:
        while True:
            said = plain(ask(f"{prompt}（是/否，直接回车为否）："))
            if not said or said in _YES:
                return _YES.get(said, False)
            console.print("请写是或否，0返回菜单。")

    return asked


def paths_in(line: str) -> list[Path]:
    """The paths in a pasted line: quoted ones may be several, without quotes the whole line is one."""
    line = line.strip()
    if not line:
        return []
    if '"' not in line and line[0] not in "“'":
        return [Path(line).expanduser()]
    return [Path(next(filter(None, found), "")).expanduser() for found in _QUOTED.findall(line)]


def _free(path: Path) -> Path:
    number = 1
    free = path
    while free.exists():
        number += 1
        free = path.with_stem(f"{path.stem}_{number}")
    return free
