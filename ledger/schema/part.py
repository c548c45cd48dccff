"""What every model behind schema.yaml is: frozen, and without unknown keys."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

__all__ = ["Part", "Text"]

Text = Annotated[str, Field(min_length=1)]


class Part(BaseModel):
    """A part of schema.yaml."""

    model_config = ConfigDict(frozen=True, extra="forbid")
