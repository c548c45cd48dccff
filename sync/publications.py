"""How far a period's bulletin has come: 草稿→送审→已批→已发, and what was published, frozen in ``bulletins/…/v1``.

The ledger's facts are cut off when the bulletin is sent for review: what comes later is 逾期补报. A published version
is never changed; a correction is the next one and goes the same way.
"""

from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Literal, get_args

from pydantic import BaseModel, ConfigDict, ValidationError

from ledger.errors import StateError
from ledger.period import Period
from ledger.snapshot import Snapshot
from sync.atomic import write_whole
from sync.master_cells import now
from sync.records import Cell
from sync.workspace import Workspace

__all__ = [
    "CORRECTION",
    "DOCUMENT",
    "FACTS",
    "Publication",
    "State",
    "Step",
    "altered",
    "correct_facts",
    "folder_of",
    "frozen",
    "late_units",
    "move",
    "publication",
    "publications",
    "require_next",
    "require_unpublished",
    "restore_frozen",
    "with_texts",
    "withdraw",
]  # fmt: skip

State = Literal["草稿", "送审", "已批", "已发"]
_ORDER: tuple[State, ...] = get_args(State)
DOCUMENT, FACTS, CORRECTION, _RECORD = "通报.docx", "台账.json", "更正说明.docx", "发布记录.json"


class Step(BaseModel):
    """A state that a version reached: when (ISO local time), by whom, with which file of the workspace.

    Of a published version ``files`` are the hashes of what was frozen, by name.
    """

    model_config = ConfigDict(frozen=True)

    version: int
    state: State
    at: str
    by: str = ""
    file: str = ""
    sha256: str = ""
    files: Mapping[str, str] = {}


class Publication(BaseModel):
    """All steps of a period's bulletin, oldest first.

    ``facts`` is the hash of the snapshot at the cut-off, ``reports`` name the reports that had come by then, None
    where the journal has been lost since.
    """

    model_config = ConfigDict(frozen=True)

    steps: tuple[Step, ...] = ()
    facts: str = ""
    reports: frozenset[str] | None = None

    @property
    def last(self) -> Step:
        """Where it stands; before any step it is the draft of version 1."""
        return self.steps[-1] if self.steps else Step(version=1, state="草稿", at="")

    @property
    def published(self) -> int:
        """The newest version that was published, 0 before any."""
        return max((step.version for step in self.steps if step.state == "已发"), default=0)

    @property
    def held(self) -> frozenset[str]:
        """The files that are being approved; they are not to be written over."""
        return frozenset({self.last.file} - {""}) if self.last.state in ("送审", "已批") else frozenset()


def publication(workspace: Workspace, period: Period) -> Publication:
    """What is known of a period's bulletin; where the journal was lost, what the frozen folders say."""
    known = workspace.journal.fact(_fact(period))
    if known:
        return Publication.model_validate_json(known)
    records = (_read_record(workspace, period, version) for version in _versions(workspace, period))
    return Publication(steps=tuple(step for record in records for step in record.steps))


def publications(workspace: Workspace) -> dict[Period, Publication]:
    """Of every period whose bulletin has left its first draft."""
    found = ((period, publication(workspace, period)) for period in workspace.journal.periods())
    return {period: one for period, one in found if one.steps}


def folder_of(workspace: Workspace, period: Period) -> Path:
    """Where a period's documents lie."""
    return workspace.root / "bulletins" / str(period)


def frozen(workspace: Workspace, period: Period, version: int) -> Path:
    """The folder of a published version."""
    return folder_of(workspace, period) / f"v{version}"


def withdraw(workspace: Workspace, period: Period, by: str) -> Publication:
    """Back to 草稿; of what is published the next version begins. Nothing happens to a draft."""
    known = publication(workspace, period)
    if known.last.state == "草稿":
        return known
    version = known.published + 1
    return _record(workspace, period, known, Step(version=version, state="草稿", at=now(), by=by))


def move(
    workspace: Workspace,
    period: Period,
    state: State,
    by: str,
    file: Path,
    snapshot: Snapshot,
    correction: bytes | None,
) -> Publication:
    """One step on, with the document ``file``. The first one cuts off the facts as ``snapshot`` has them.

    The last one freezes all that belongs to the version, of a correction also what it says it corrects. `StateError`
    for a step that is not the next, or a document that is no longer the one approved.
    """
    known = publication(workspace, period)
    require_next(workspace, period, state)
    last, data = known.last, _read(file)
    if not file.is_relative_to(workspace.root):
        raise StateError(f"“{file}”不在工作区里，没有改动，请先放进bulletins里{period}的文件夹。")
    key = file.relative_to(workspace.root).as_posix()
    step = Step(version=last.version, state=state, at=now(), by=by, file=key, sha256=workspace.store(data))
    if state == "送审":
        facts, reports = workspace.store(_as_json(snapshot)), {name for name, _ in _reports(workspace, period)}
        known = known.model_copy(update={"facts": facts, "reports": frozenset(reports)})
    elif state == "已发":
        if step.sha256 != last.sha256:
            told = f"“{file.name}”在批准之后又改过（或不是批准的那一份），没有发布"
            raise StateError(f"{told}，请放回批准的那一份，或用 --draft 退回草稿重新送审。")
        step = _freeze(workspace, period, known, step, file, correction)
    return _record(workspace, period, known, step)


def correct_facts(workspace: Workspace, period: Period, texts: Mapping[Cell, str]) -> None:
    """The facts of a bulletin under review take over what its approved wording says of these cells."""
    known = publication(workspace, period)
    if known.last.state not in ("送审", "已批"):
        return
    snapshot = Snapshot.model_validate_json(workspace.stored_path(known.facts).read_bytes())
    facts = workspace.store(_as_json(with_texts(snapshot, texts)))
    workspace.journal.set_fact(_fact(period), known.model_copy(update={"facts": facts}).model_dump_json())


def with_texts(snapshot: Snapshot, texts: Mapping[Cell, str]) -> Snapshot:
    """The snapshot with other texts in unit-owned cells."""
    lines = []
    for line in snapshot.lines:
        changed = {key: text for (task, key), text in texts.items() if task == line.task.id}
        lines.append(line.model_copy(update={"values": {**line.values, **changed}}) if changed else line)
    return snapshot.model_copy(update={"lines": tuple(lines)})


def _as_json(snapshot: Snapshot) -> bytes:
    return snapshot.model_dump_json(indent=1).encode()


def require_unpublished(workspace: Workspace, period: Period) -> None:
    """`StateError` where the newest version has been published."""
    last = publication(workspace, period).last
    if last.state == "已发":
        told = f"{period.label}的通报已发（v{last.version}），没有改动"
        raise StateError(f"{told}；要更正请执行 ducha bulletin --period {period} --draft 起草下一版。")


def require_next(workspace: Workspace, period: Period, state: State) -> None:
    """`StateError` where ``state`` is not the next one of a version that is not published yet."""
    require_unpublished(workspace, period)
    last = publication(workspace, period).last
    wanted = _ORDER[_ORDER.index(last.state) + 1]
    if state != wanted:
        raise StateError(f"{period.label}的通报现在是“{last.state}”，下一步是“{wanted}”，不能直接改为“{state}”。")


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise StateError(f"“{file}”读不了，没有改动，请核对后重试。") from error


def _record(workspace: Workspace, period: Period, known: Publication, step: Step) -> Publication:
    made = known.model_copy(update={"steps": (*known.steps, step)})
    workspace.journal.set_fact(_fact(period), made.model_dump_json())
    return made


def _freeze(
    workspace: Workspace, period: Period, known: Publication, step: Step, file: Path, correction: bytes | None
) -> Step:
    """Write the version's folder; its record comes last, so that a folder with one is whole."""
    folder = frozen(workspace, period, step.version)
    parts = {DOCUMENT: workspace.stored_path(step.sha256).read_bytes()}
    if known.facts:
        parts[FACTS] = workspace.stored_path(known.facts).read_bytes()
    if correction:
        parts[CORRECTION] = correction
    parts |= {one.name: one.read_bytes() for one in _companions(workspace, period, file)}
    done = step.model_copy(update={"files": {name: workspace.store(data) for name, data in parts.items()}})
    for name, data in parts.items():
        write_whole(folder / name, data)
    steps = tuple(one for one in (*known.steps, done) if one.version == step.version)
    write_whole(folder / _RECORD, Publication(steps=steps).model_dump_json(indent=1, include={"steps"}).encode())
    return done


def _companions(workspace: Workspace, period: Period, file: Path) -> Iterator[Path]:
    """What was made beside the document and is published with it: the annexes as a workbook, the PDF."""
    for path in sorted(folder_of(workspace, period).glob("*")):
        if path.suffix.lower() in (".pdf", ".xlsx") and (path.stem == file.stem or path.stem.startswith("附件")):
            yield path


def altered(workspace: Workspace, period: Period) -> dict[Path, str]:
    """The files of published versions that are gone or no longer what was published, with the hash that they had."""
    found = {}
    for step in publication(workspace, period).steps:
        for name, digest in step.files.items():
            path = frozen(workspace, period, step.version) / name
            if not path.is_file() or sha256(path.read_bytes()).hexdigest() != digest:
                found[path] = digest
    return found


def restore_frozen(workspace: Workspace) -> Iterator[Path]:
    """Put back from the store what is no longer as it was published; a file that somebody changed is kept beside."""
    for period in workspace.journal.periods():
        for path, digest in altered(workspace, period).items():
            stored = workspace.stored_path(digest)
            if not stored.is_file():
                continue
            if path.exists():
                write_whole(path.with_stem(f"{path.stem}_被改动的"), path.read_bytes())
            write_whole(path, stored.read_bytes())
            yield path


def _read_record(workspace: Workspace, period: Period, version: int) -> Publication:
    path = frozen(workspace, period, version) / _RECORD
    try:
        return Publication.model_validate_json(path.read_bytes())
    except ValidationError as error:
        raise StateError(f"“{path}”被改动过，读不懂，请从备份恢复这个文件夹。") from error


def _versions(workspace: Workspace, period: Period) -> Iterator[int]:
    version = 1
    while (frozen(workspace, period, version) / _RECORD).is_file():
        yield version
        version += 1


def late_units(workspace: Workspace, period: Period) -> list[str]:
    """Units of which a report was taken after the cut-off: 逾期补报, which no version that was cut off knows of."""
    known = publication(workspace, period)
    if known.last.state == "草稿" or known.reports is None:
        return []
    return list(dict.fromkeys(unit for name, unit in _reports(workspace, period) if name not in known.reports))


def _reports(workspace: Workspace, period: Period) -> Iterator[tuple[str, str]]:
    """Every report of a period that counts, with its unit."""
    for one in workspace.journal.submissions.of(str(period)):
        if one.unit and one.verdict == "accepted":
            yield str(one.number), one.unit
    for row in workspace.journal.entered.of(str(period)):
        if row.state == "stands":
            yield row.id, row.unit


def _fact(period: Period) -> str:
    return f"publication {period}"
