"""The reference in docs/ cannot drift: it lists exactly the codes, keys, commands and options that there are."""

import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter
from typing import Any, Literal, get_args, get_origin

import pytest
import typer
from pydantic import BaseModel

from ducha.cli import app
from ducha.menu import ENTRIES
from ledger.errors import DuchaError
from ledger.finding import RULES, Rule
from ledger.schema import load, model
from ledger.schema.offered import OFFERED, Offered

DOCS = Path(__file__).resolve().parents[1] / "docs"
SEVERITIES = {"error": "错误", "warning": "提醒", "note": "说明"}
MODELS: dict[str, type[BaseModel]] = {
    name: thing
    for name, thing in inspect.getmembers(model, inspect.isclass)
    if issubclass(thing, model.Part) and thing is not model.Part
}
COMMANDS: dict[str, Any] = typer.main.get_command(app).commands  # type: ignore[attr-defined]


def table_rows(text: str) -> list[list[str]]:
    """The cells of every table row that begins with a `word` in code quotes."""
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in text.splitlines() if line[:3] == "| `"]


def sections(text: str, heading: str) -> dict[str, str]:
    """The text under each second-level heading that matches, by the pattern's first group."""
    parts = re.split(r"^## (.*)$", text, flags=re.MULTILINE)[1:]
    named = zip(parts[::2], parts[1::2], strict=True)
    return {found[1]: body for title, body in named if (found := re.search(heading, title))}


@pytest.fixture(scope="module")
def findings() -> list[list[str]]:
    return table_rows((DOCS / "检查项.md").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def schema_keys() -> dict[str, str]:
    return sections((DOCS / "schema.md").read_text(encoding="utf-8"), r"（`(\w+)`）")


@pytest.fixture(scope="module")
def commands() -> dict[str, str]:
    return sections((DOCS / "命令.md").read_text(encoding="utf-8"), r"^ducha (\w+)$")


def test_every_finding_code_is_documented_once(findings: list[list[str]]) -> None:
    """A new code needs a line in docs/检查项.md, and a code that is gone takes its line with it."""
    assert sorted(row[0] for row in findings) == sorted(f"`{code}`" for code in RULES)


def test_findings_are_documented_as_they_are_said(findings: list[list[str]]) -> None:
    """Severity, sentence and remedy are the rule's own, with example values in the fields."""
    for code, severity, says, remedy in findings:
        rule: Rule = RULES[code.strip("`")]
        assert severity == SEVERITIES[rule.severity], code
        assert re.fullmatch(_pattern(rule.says), says), code
        assert re.fullmatch(_pattern(rule.remedy), remedy), code


def test_every_model_of_the_schema_has_its_section(schema_keys: dict[str, str]) -> None:
    """The heading names it: （`Column`）."""
    assert sorted(schema_keys) == sorted(MODELS)


@pytest.mark.parametrize("name", MODELS)
def test_every_schema_key_is_documented_once(schema_keys: dict[str, str], name: str) -> None:
    """The section lists the model's keys in the model's order, and says which are obligatory."""
    rows = table_rows(schema_keys[name])
    fields = MODELS[name].model_fields
    assert [row[0] for row in rows] == [f"`{key}`" for key in fields]
    assert [row[1] == "是" for row in rows] == [field.is_required() for field in fields.values()]


@pytest.mark.parametrize("rule", OFFERED, ids=lambda rule: ".".join(rule.keys))
def test_settings_are_documented_as_they_are_said(schema_keys: dict[str, str], rule: Offered) -> None:
    """What sheet 设置 says of a key is how its meaning begins here."""
    keys = list(rule.keys)
    while keys[-1] == "*":
        keys.pop()
    part: Any = model.Schema
    for key in keys[:-1]:
        part = load._below(part, key)
    meaning = next(row[3] for row in table_rows(schema_keys[part.__name__]) if row[0] == f"`{keys[-1]}`")
    assert meaning.replace("`", "").startswith(rule.says)


@pytest.mark.parametrize("name", MODELS)
def test_every_word_that_a_key_admits_is_documented(schema_keys: dict[str, str], name: str) -> None:
    """Enumerations and truth values stand in the column of types."""
    for row, field in zip(table_rows(schema_keys[name]), MODELS[name].model_fields.values(), strict=True):
        assert [word for word in _words(field.annotation) if f"`{word}`" not in row[2]] == []


def test_every_command_has_its_section(commands: dict[str, str]) -> None:
    """In the order in which ``ducha --help`` lists them."""
    assert list(commands) == list(COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_is_documented(commands: dict[str, str], name: str) -> None:
    """The table lists every spelling of every option and no other."""
    params = [param for param in COMMANDS[name].params if param.param_type_name == "option"]
    rows = table_rows(commands[name])
    assert [re.findall("`([^`]+)`", row[0]) for row in rows] == [param.opts for param in params if param.name != "help"]


@pytest.mark.parametrize("name", COMMANDS)
def test_usage_and_example_use_only_what_there_is(commands: dict[str, str], name: str) -> None:
    """Usage line and example run this command, and all options that the section speaks of exist."""
    section = commands[name]
    assert section.strip().startswith(f"`ducha {name}")
    assert re.search(rf"```\nducha {name}\b.*```", section, re.DOTALL)
    known = {spelling for command in COMMANDS.values() for param in command.params for spelling in param.opts}
    assert set(re.findall(r"(?<!-)--[a-z][a-z-]*", section)) <= known


def test_every_exit_code_is_documented() -> None:
    """Every class of errors has one."""
    text = (DOCS / "命令.md").read_text(encoding="utf-8")
    codes = {0} | {error.exit_code for error in (DuchaError, *DuchaError.__subclasses__())}
    assert {int(code) for code in re.findall(r"^\| (\d) \|", text, re.MULTILINE)} == codes


@pytest.mark.parametrize("page", sorted(path.name for path in DOCS.glob("*.md")))
def test_links_lead_somewhere(page: str) -> None:
    """Every relative link names a file that is there."""
    text = (DOCS / page).read_text(encoding="utf-8")
    targets = [target for target in re.findall(r"\]\(([^)#]+)", text) if "://" not in target]
    assert [target for target in targets if not (DOCS / target).exists()] == []


def _pattern(template: str) -> str:
    """The regular expression of a sentence with anything in its fields."""
    return "".join(re.escape(text) + (".+" if field else "") for text, field, _, _ in Formatter().parse(template))


def _words(annotation: Any) -> Iterator[str]:
    if get_origin(annotation) is Literal:
        yield from (str(word) for word in get_args(annotation))
    if annotation is bool:
        yield from ("true", "false")


def test_the_menu_that_is_shown_is_the_menu() -> None:
    """Every entry with its number and command, in order."""
    printed = re.search(r"\n  1  .*?\n  0  ", (DOCS / "命令.md").read_text(encoding="utf-8"), re.DOTALL)
    assert printed
    entries = [f"{number:>3}  {entry.title}  {entry.typed}" for number, entry in enumerate(ENTRIES, 1)]
    assert printed[0].strip("\n").splitlines()[:-2] == entries
