"""What schema.yaml says about the bulletin: its fixed words, its shape, and how problems are sorted."""

from typing import Annotated, Literal

from pydantic import Field

from ledger.schema.format import Format
from ledger.schema.part import Part, Text
from ledger.schema.ranking import Ranking

__all__ = ["Category", "Document"]


class Category(Part):
    """A kind of problem and the words by which a problem's text is sorted under it; the last one takes the rest."""

    name: Text
    lead: str = ""
    words: tuple[Text, ...] = ()


class Document(Part):
    """The bulletin's fixed wording; ``{year}`` ``{region}`` ``{period}`` are filled in.

    ``shape``: a notice with annexes (通报), all tasks one after the other by section, or the annex tables alone. At
    most so many indicators are printed as ``headlines`` (0 leaves them out); ``name_missing`` and ``name_late``:
    whether units that have not reported, or late, are named and not only counted.
    """

    shape: Literal["bulletin", "narrative", "tables"] = "bulletin"
    title: Text
    addressee: Text
    opening: Text
    issuer: Text
    requirements: tuple[Text, ...]
    categories: Annotated[tuple[Category, ...], Field(min_length=1)]
    headlines: Annotated[int, Field(ge=0, le=100)] = 10
    ranking: Ranking = Ranking()
    name_missing: bool = True
    name_late: bool = False
    format: Format = Format()

    @property
    def template(self) -> str:
        """The name of the Word template of this shape."""
        return f"{self.shape}.docx"
