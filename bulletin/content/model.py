"""What the bulletin says, in the order of the page, before any Word."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from bulletin.annex import Table
from bulletin.content.basis import Basis
from bulletin.content.said import Fact, Paragraph, Piece, Reference, Sentence
from ledger.finding import Finding
from ledger.measures import Light
from ledger.schema import Format

__all__ = ["Content", "Counts", "Group", "Problem", "Share"]


@dataclass(frozen=True, slots=True)
class Share:
    """One annex's part of the total; ``projects`` is 0 where rows are not sub-items of projects."""

    name: str
    projects: int
    tasks: int


@dataclass(frozen=True, slots=True)
class Counts:
    """The figures of 基本情况; ``states`` and ``lights`` add up to ``total``, ``shares`` to ``total`` and ``repeated``.

    ``repeated`` tasks stand in two annexes and are counted once (同一事项); ended ones are not counted. Units report
    ``problems``; ``behind`` is how many tasks are behind without one.
    """

    total: int
    shares: tuple[Share, ...]
    states: Mapping[str, int]
    lights: Mapping[Light, int]
    problems: int
    behind: int
    unassigned: int
    repeated: int = 0


@dataclass(frozen=True, slots=True)
class Problem:
    """One task's problem as the bulletin says it: label（附件1：26）text; ``places`` are annex and number of each row
    in which the task is printed, ``name`` and ``said`` are label and text as pieces."""

    name: Fact
    places: tuple[tuple[int, int], ...]
    said: tuple[Piece, ...]

    @property
    def label(self) -> str:
        """How the task is called."""
        return self.name.said

    @property
    def text(self) -> str:
        """What stands behind label and reference."""
        return Sentence(self.said).text

    @property
    def sentence(self) -> Sentence:
        """The whole sentence."""
        return Sentence((self.name, Reference(self.places), *self.said))

    @property
    def reference(self) -> str:
        """附件1：26, or 附件1：66）（附件2：8 where the task stands in two annexes."""
        return "）（".join(f"附件{annex}：{number}" for annex, number in self.places)


@dataclass(frozen=True, slots=True)
class Group:
    """The problems of one category under its numbered heading."""

    heading: str
    lead: str
    problems: tuple[Problem, ...]

    @property
    def opening(self) -> str:
        """What leads to the first problem."""
        return f"{self.lead}如：" if self.lead else ""

    def drafted(self, problem: Problem) -> str:
        """A problem as it stands in the paragraph: the first one goes on from the opening."""
        return (self.opening if problem is self.problems[0] else "") + problem.sentence.text


@dataclass(frozen=True, slots=True)
class Content:
    """Everything that the bulletin says.

    ``bases`` are the ledger's rows that its facts name; ``disputed`` what contradicts figures that the text would
    have held, so that it does not.
    """

    title: str
    addressee: str
    opening: str
    counts: Counts
    paragraphs: tuple[Paragraph, ...]
    groups: tuple[Group, ...]
    requirements: tuple[str, ...]
    attachments: tuple[str, ...]
    issuer: str
    date: str
    annexes: tuple[Table, ...]
    bases: tuple[Basis, ...]
    disputed: tuple[Finding, ...]
    shape: str = "bulletin"
    format: Format = field(default_factory=Format)

    @property
    def overview(self) -> tuple[str, ...]:
        """The paragraphs of 基本情况 as text."""
        return tuple("".join(sentence.text for sentence in paragraph) for paragraph in self.paragraphs)

    @property
    def sentences(self) -> Iterator[tuple[str, str, Sentence]]:
        """Every sentence that is drafted from the ledger, with the chapter in which it stands and its text there."""
        for paragraph in self.paragraphs:
            yield from (("一、基本情况", sentence.text, sentence) for sentence in paragraph)
        for group in self.groups:
            yield from (("二、存在的问题", group.drafted(one), one.sentence) for one in group.problems)
