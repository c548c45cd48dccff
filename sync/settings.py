"""Sheet 设置 of the master: a window on schema.yaml. What the office types there is written into the file.

schema.yaml stays the one configuration: what cannot stand in it is told beside the setting and changes nothing, and
where somebody has meanwhile changed the file its value holds.
"""

import json
from collections.abc import Iterator, Mapping
from hashlib import sha256
from typing import Literal, NamedTuple

from ledger.cell import cell_text
from ledger.errors import SchemaError
from ledger.finding import Finding, finding
from ledger.schema.settings import Setting, in_words, settings, with_value
from sync.journal import Journal
from sync.master import Master, open_master
from sync.workspace import Workspace

__all__ = ["Known", "apply_settings", "keep_known", "known_settings", "offered", "untaken_settings"]

_CHANGES = "设置"  # where 更新记录 has a task's number


class Known(NamedTuple):
    """What is known of one setting: the text in the sheet that has been dealt with, the file's value, and 校验."""

    typed: str
    value: str
    state: str = ""
    fate: Literal["", "done", "wrong", "clash"] = ""


def known_settings(journal: Journal) -> dict[str, Known]:
    """What is known of the settings, by path."""
    return {path: Known(*known) for path, known in json.loads(journal.fact("settings") or "{}").items()}


def keep_known(journal: Journal, known: Mapping[str, Known], read: str = "") -> None:
    """Remember what is known of the settings, and the hash of the saved master from which they were read."""
    for name, value in (("settings", json.dumps(known, ensure_ascii=False)), ("settings_read", read)):
        if journal.fact(name) != value:
            journal.set_fact(name, value)


def offered(workspace: Workspace) -> dict[str, Setting]:
    """The settings of the open period as schema.yaml has them, by path."""
    return {one.path: one for one in settings(workspace.schema, workspace.journal.open_period())}


def apply_settings(workspace: Workspace) -> list[Finding]:
    """Write what was newly typed into sheet 设置 into schema.yaml; the workspace then goes on with the new schema.

    To be called before anything else reads the schema. It tells what is wrong, and what gave way to the file.
    """
    workspace.reread_schema()
    journal, before = workspace.journal, offered(workspace)
    data = workspace.master.read_bytes() if workspace.master.is_file() else b""
    # nobody has saved the master since we wrote or read it: then what is known stands in it
    digest, written = sha256(data).hexdigest(), journal.fact("master")
    was = known_settings(journal)
    read = digest not in (written, journal.fact("settings_read"))
    typed = _typed(open_master(workspace)) if data and read else {path: one.typed for path, one in was.items()}
    settled = {
        path: _settled(workspace.schema_text, before[path], was.get(path, Known("", "")), text)
        for path, text in typed.items()
        if path in before
    }
    wanted = {path: typed[path] for path, one in settled.items() if not one}
    taken = _take(workspace, before, wanted)
    after = offered(workspace)
    known = {
        path: (one or taken[path])._replace(value=after[path].value) for path, one in settled.items() if path in after
    }
    done = {path: before[path].value for path, one in taken.items() if one.fate == "done"}
    # and what stood in the file before a pass was killed that had just written it
    done |= {path: was[path].value for path, one in settled.items() if _newly_done(one, was.get(path))}
    if known:
        with journal.transaction():
            keep_known(journal, known, "" if digest == written else digest)
            journal.cells.add_changes(
                ((_CHANGES, before[path].name), value, typed[path], "本办") for path, value in done.items()
            )
    return list(_findings(known, after))


def _typed(master: Master) -> dict[str, str]:
    """What stands in sheet 设置 by path; nothing when there is no such sheet."""
    table = master.lists.get("settings")
    texts = ({key: cell_text(value) for key, value in row.values.items()} for row in table.rows) if table else ()
    return {text["id"]: text["value"] for text in texts if text.get("id")}


def untaken_settings(workspace: Workspace, master: Master) -> list[str]:
    """The paths of settings that somebody has typed into the sheet since it was read."""
    known, there = known_settings(workspace.journal), offered(workspace)
    return [
        path for path, text in _typed(master).items() if path in there and path in known and known[path].typed != text
    ]


def _take(workspace: Workspace, every: Mapping[str, Setting], wanted: Mapping[str, str]) -> dict[str, Known]:
    """Write what can stand in the file; what became of each wanted value, by path."""
    schema_text, faults = _accepted(workspace.schema_text, wanted)
    if schema_text != workspace.schema_text:
        workspace.change_schema(schema_text)
    taken = {}
    for path, text in wanted.items():
        if path in faults:
            told = in_words(faults[path], every[path], list(every.values()))
            taken[path] = Known(text, "", f"没有生效：{told}", "wrong")
        else:
            taken[path] = Known(text, "") if text == every[path].value else Known(text, "", "已生效", "done")
    return taken


def _settled(schema_text: str, one: Setting, was: Known, text: str) -> Known | None:
    """What becomes of a setting for which nothing has to be written; None when the office wants another value."""
    moved = one.value != was.value
    if text == was.typed and was.fate != "wrong":
        return Known(text, one.value) if moved else was
    if not moved:
        return None
    if _means_the_same(schema_text, one.path, text):
        return Known(text, one.value, "已生效", "done")
    state = f"schema.yaml里已改为“{one.value}”，这里填的“{text}”没有采用，要用请重新填写。"
    return Known(text, one.value, state, "clash")


def _newly_done(one: Known | None, was: Known | None) -> bool:
    return bool(one and was) and one != was and one is not None and one.fate == "done"


def _means_the_same(schema_text: str, path: str, text: str) -> bool:
    try:
        return with_value(schema_text, path, text) == schema_text
    except SchemaError:
        return False


def _accepted(schema_text: str, wanted: Mapping[str, str]) -> tuple[str, dict[str, str]]:
    """The file's text with every value that can stand in it, and by path what is wrong with the others.

    What is wrong alone may be right beside another new value, so it is tried again as long as one more fits. Of a
    list the last item comes first: where one is taken out, those behind it move up.
    """
    waiting, faults = dict(reversed(list(wanted.items()))), dict[str, str]()
    while waiting:
        faults = {}
        for path, text in waiting.items():
            try:
                schema_text = with_value(schema_text, path, text)
            except SchemaError as error:
                faults[path] = str(error)
        if len(faults) == len(waiting):
            break
        waiting = {path: waiting[path] for path in faults}
    return schema_text, faults


def _findings(known: Mapping[str, Known], every: Mapping[str, Setting]) -> Iterator[Finding]:
    for path, one in known.items():
        title = every[path].name
        if one.fate == "wrong":
            detail = one.state.partition("：")[2].removesuffix("。").removesuffix("，请改正")
            yield finding("setting_wrong", value=one.typed, title=title, detail=detail)
        elif one.fate == "clash" and one.typed != one.value:  # until the sheet shows the file's
            yield finding("setting_clash", value=one.typed, title=title, owner=one.value)
