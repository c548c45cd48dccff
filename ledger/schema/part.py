"""What every part of schema.yaml is made of."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

__all__ = ["Part", "Text"]

Text = Annotated[str, Field(min_length=1)]


class Part(BaseModel):
    """A group of keys; a key that nobody knows is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")
