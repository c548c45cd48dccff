"""The bulletin as facts and draft sentences, from the ledger alone; no date but the period's comes in."""

from collections.abc import Iterable

from bulletin.annex import table
from bulletin.content.basis import bases
from bulletin.content.model import Content
from bulletin.content.overview import counts, overview
from bulletin.content.troubles import behind_in_silence, groups, troubled
from bulletin.content.view import view
from bulletin.content.wording import filled, requirements, words
from bulletin.text import cleaned, printed_day
from ledger.finding import Finding
from ledger.schema import Annex, Schema
from ledger.snapshot import Line, Snapshot

__all__ = ["content"]

_FILLED = ("masthead", "number", "copies", "printer", "printed")  # texts of the format


def content(
    schema: Schema, snapshot: Snapshot, before: Snapshot | None = None, findings: Iterable[Finding] = ()
) -> Content:
    """Draft the bulletin of the snapshot's period in the words of the schema's ``document``.

    ``before`` is the ledger in the period with which it is compared. Figures that ``findings`` (of ledger/checks)
    contradict are left out of the text and listed in ``disputed``; counts stay those of the ledger.
    """
    ledger, document, known = view(schema, snapshot, before, findings), schema.document, words(schema, snapshot)
    problems, silent = troubled(ledger), behind_in_silence(ledger)
    titles = {annex.no: filled(annex.title, known) for annex in schema.annexes}
    return Content(
        title=filled(document.title, known),
        addressee=cleaned(document.addressee),
        opening=filled(document.opening, known),
        counts=counts(ledger, len(problems), len(silent)),
        paragraphs=overview(ledger, problems, silent),
        groups=groups(ledger),
        requirements=requirements(schema, known),
        attachments=tuple(f"{no}.{title}" for no, title in titles.items()),
        issuer=cleaned(document.issuer),
        date=printed_day(snapshot.period.end),
        annexes=tuple(
            table(schema, annex, titles[annex.no], _of(annex, snapshot.lines)) for annex in schema.annexes
        ),
        bases=bases(ledger),
        disputed=tuple(dict.fromkeys(one for item in ledger.items for one in item.findings)),
        shape=document.shape,
        format=document.format.model_copy(
            update={name: filled(getattr(document.format, name), known) for name in _FILLED}
        ),
    )  # fmt: skip


def _of(annex: Annex, lines: Iterable[Line]) -> tuple[Line, ...]:
    return tuple(line for line in lines if line.task.annex == annex.no)
