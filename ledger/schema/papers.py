"""What schema.yaml says about orders, reminders and drafts for comment."""

from typing import Annotated

from pydantic import Field

from ledger.schema.part import Part, Text

__all__ = ["Papers"]

_Days = Annotated[int, Field(ge=0, le=366)]


class Papers(Part):
    """How papers besides the bulletin are numbered, and in how many days after their date they are to be answered.

    A ``code`` stands before 〔2022〕3号; ``demands`` are what every order demands.
    """

    order_code: Text = "督单"
    order_days: _Days = 7
    demands: tuple[Text, ...] = ()
    reminder_code: Text = "督函"
    reminder_days: _Days = 2
    comment_days: _Days = 3
