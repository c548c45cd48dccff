"""Findings: every code can be said, each is used, and the severest come first."""

import re
from pathlib import Path
from string import Formatter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from ledger.finding import RULES, Finding, finding, severest_first

ROOT = Path(__file__).resolve().parents[2]


def fields(code: str) -> dict[str, str]:
    """A value for every field in the rule's two sentences."""
    rule = RULES[code]
    names = {name for text in (rule.says, rule.remedy) for _, name, _, _ in Formatter().parse(text) if name}
    return {name: f"〈{name}〉" for name in sorted(names)}


@pytest.mark.parametrize("code", RULES)
def test_every_code_is_one_sentence_with_its_remedy(code: str) -> None:
    """Every field is filled, no two stops meet, and the remedy ends the sentence."""
    words = fields(code)
    said = finding(code, **words)
    assert all(word in said.message for word in words.values())
    assert said.message.endswith(f"；{said.remedy}")
    assert re.search(r"[{}]|[。；，][。；，]|None", said.message) is None
    assert said.severity == RULES[code].severity


def test_every_code_that_the_program_says_has_a_rule() -> None:
    """A misspelt code would only fail when somebody's data has the fault."""
    said = re.compile(r'\b(?:finding|_at|Fault)\(\s*"(\w+)"')
    folders = ("ledger", "sync", "ducha", "bulletin")
    sources = [path.read_text(encoding="utf-8") for folder in folders for path in (ROOT / folder).rglob("*.py")]
    assert {code for text in sources for code in said.findall(text)} <= set(RULES)


def test_every_rule_is_used() -> None:
    """A sentence that nothing says is one that nobody keeps right."""
    folders = ("ledger", "sync", "ducha", "bulletin")
    sources = [path for folder in folders for path in (ROOT / folder).rglob("*.py") if path.name != "finding.py"]
    text = "".join(path.read_text(encoding="utf-8") for path in sources)
    assert [code for code in RULES if f'"{code}"' not in text] == []


def test_place_and_value_are_kept_for_programs() -> None:
    """The sentence is for people; programs read the fields."""
    words = {"task": "A1-003", "unit": "科技局", "sheet": "任务填报", "cell": "G8", "value": "年底"}
    said = finding("date_unclear", **words, title="预计完成时间")
    assert said.model_dump(include=set(words)) == words
    assert said.message == ("任务填报!G8（预计完成时间）填的“年底”不是日期；请写成 2022-12-31 这样的日期。")


def test_long_and_broken_values_are_shown_short_and_in_one_line() -> None:
    """A cell of five thousand characters does not fill the list of faults."""
    said = finding("choice_unknown", sheet="表", cell="A1", title="情况", value="很\n长" * 50, choices="甲、乙")
    assert said.value is not None
    assert len(said.value) == 58
    assert said.value.startswith("很 长很 长")
    assert said.value.endswith("…")


def test_braces_in_a_value_are_only_text() -> None:
    """Values come from outside and are never taken for fields."""
    assert "“{year}{0}”" in finding("file_foreign", value="{year}{0}").message


def test_unknown_code_is_a_programming_error() -> None:
    """It cannot pass unnoticed."""
    with pytest.raises(KeyError):
        finding("no_such_code")


@given(st.lists(st.sampled_from(sorted(RULES))))
def test_the_severest_come_first_otherwise_as_found(codes: list[str]) -> None:
    """Errors, warnings, notes."""
    found = [finding(code, **fields(code)) for code in codes]
    ordered = severest_first(found)
    expected = [item for severity in ("error", "warning", "note") for item in found if item.severity == severity]
    assert ordered == expected


def test_a_finding_reads_back_from_json_and_cannot_be_changed() -> None:
    """The journal keeps findings as JSON."""
    said = finding("row_missing", sheet="任务填报", task="A1-003", ref="附件1：3")
    assert Finding.model_validate_json(said.model_dump_json()) == said
    with pytest.raises(ValidationError):
        said.code = "other"
