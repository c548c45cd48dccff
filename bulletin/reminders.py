"""催报函: what a unit still owes, what was wrong with what it sent, and until when."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta

from bulletin.paper import Value, number_words, paper
from bulletin.text import flat, printed_day
from ledger.owed import Owed
from ledger.period import Period
from ledger.schema import Schema

__all__ = ["render_reminder"]

_LISTED = 10  # faults that are told one by one; the file that was sent back lists them all
_STATES = {
    "silent": "至今没有收到你单位的填报表。",
    "partly": "你单位已经报来一部分，其余的还没有收到。",
    "returned": "你单位报来的填报表已经退回修改，至今没有收到改好的。",
    "refused": "你单位报来的文件不能采用，至今没有收到重报的。",
    "excluded": "你单位报来的文件没有采用，需要重新报送。",
}


def render_reminder(owed: Owed, number: int, period: Period, day: date, schema: Schema, template: bytes) -> bytes:
    """The letter with this number, dated ``day``, as a Word document. A `BulletinError` says what is wrong with the
    template."""
    papers, office = schema.papers, schema.office
    context: Mapping[str, Value] = {
        "发文机关标志": schema.document.issuer,
        "发文机关": schema.document.issuer,
        "发文字号": number_words(papers.reminder_code, schema.year, number),
        "报送期": period.label,
        "主送单位": flat(owed.unit),
        "截止日期": printed_day(schema.due_day(period)),
        "报送情况": _STATES[owed.state],
        "待报事项": list(_items(owed)),
        "补报时限": printed_day(day + timedelta(papers.reminder_days)),
        "督办单位": office.name,
        "联系方式": office.reached,
        "成文日期": printed_day(day),
    }
    return paper(template, "reminder.docx", context, schema.document.format)


def _items(owed: Owed) -> Iterator[str]:
    if owed.faults:
        yield f"退回的文件里需要改正的有{len(owed.faults)}处："
        for number, fault in enumerate(owed.faults[:_LISTED], 1):
            yield f"{number}.{flat(fault)}"
        if len(owed.faults) > _LISTED:
            yield f"其余{len(owed.faults) - _LISTED}处列在退回的文件里。"
        return
    figures = f"，量化指标{owed.indicators}项" if owed.indicators else ""
    if owed.tasks:
        yield f"还需报送任务{len(owed.tasks)}项{figures}：{_listed(owed.tasks)}。"


def _listed(references: Iterable[str]) -> str:
    """附件1第3、5项，附件2第8.3项."""
    found: dict[str, list[str]] = {}
    for reference in references:
        annex, _, number = reference.partition("：")
        found.setdefault(annex, []).append(number)
    return "，".join(f"{annex}第{'、'.join(numbers)}项" for annex, numbers in found.items())
