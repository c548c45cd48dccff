"""What the bulletin says, from the ledger alone: sentences whose every figure knows its cells, and the annexes.

`view` sorts the ledger out, one module a part of the text turns it into sentences (`overview` with `headlines`,
`change` and `ranking`; `troubles`), `draft` puts them together, `basis` holds the rows that they rest on.
"""

from bulletin.content.basis import Basis
from bulletin.content.draft import content
from bulletin.content.model import Content, Counts, Group, Problem, Share
from bulletin.content.said import COUNT, QUOTE, VALUE, Cell, Fact, Paragraph, Reference, Sentence, text_of
from bulletin.content.view import is_disputed

__all__ = [
    "COUNT",
    "QUOTE",
    "VALUE",
    "Basis",
    "Cell",
    "Content",
    "Counts",
    "Fact",
    "Group",
    "Paragraph",
    "Problem",
    "Reference",
    "Sentence",
    "Share",
    "content",
    "is_disputed",
    "text_of",
]
