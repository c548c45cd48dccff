"""How the office's documents look: what GB/T 9704-2012 leaves open and what practice varies."""

import re
from typing import Annotated

from pydantic import Field, model_validator

from ledger.schema.part import Part, Text

__all__ = ["Fonts", "Format", "Margins"]

Millimetres = Annotated[float, Field(ge=10, le=80)]

_YEAR = re.compile(r"[\[［(（【<＜]\s*(?:\{year\}|\d{4})\s*[\]］)）】>＞]")
_PADDED_NUMBER = re.compile(r"[第〕]\s*0\d*\s*号")
_PADDED_DAY = re.compile(r"(?<!\d)0\d*[月日]")


class Fonts(Part):
    """The fonts by their names in Word; each replaces the standard's own wherever a template has that one."""

    title: Text = "方正小标宋简体"
    body: Text = "仿宋_GB2312"
    heading: Text = "黑体"
    subheading: Text = "楷体_GB2312"
    latin: Text = "Times New Roman"
    page: Text = "宋体"


class Margins(Part):
    """The edges of portrait pages in millimetres, ``left`` where an odd page is bound."""

    top: Millimetres = 37
    left: Millimetres = 28
    bottom: Millimetres = 35
    right: Millimetres = 26


class Format(Part):
    """Type in points; the texts around the document, empty for none.

    ``masthead`` is 发文机关标志, ``number`` 发文字号, ``copies`` 抄送, ``printer`` 印发机关, ``printed`` 印发日期.
    """

    fonts: Fonts = Fonts()
    margins: Margins = Margins()
    line: Annotated[float, Field(ge=20, le=40)] = 28.95
    title: Annotated[float, Field(ge=14, le=36)] = 22
    table: Annotated[float, Field(ge=7, le=16)] = 10.5
    masthead: str = ""
    number: str = ""
    copies: str = ""
    printer: str = ""
    printed: str = ""

    @model_validator(mode="after")
    def _official(self) -> "Format":
        if _YEAR.search(self.number):
            raise ValueError("number（发文字号）的年份要用六角括号，如〔2022〕")
        if _PADDED_NUMBER.search(self.number):
            raise ValueError("number（发文字号）的序号不补零，也不加“第”字")
        if _PADDED_DAY.search(self.printed):
            raise ValueError("printed（印发日期）的月、日不补零，如2022年9月5日")
        if self.number and not self.masthead:
            raise ValueError("写了number（发文字号）就要写masthead（发文机关标志）")
        if self.copies and not self.printer:
            raise ValueError("写了copies（抄送）就要写printer（印发机关）")
        return self
