"""Where a form can begin is said twice, in the form and in the class of characters that leads to it: both agree."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.quantities.moments import _BEGINS as DAY_BEGINS
from ledger.quantities.moments import _FORMS
from ledger.quantities.reading import _BEGINS, _NO_FIGURE, _NO_FIGURE_BEGINS, _QUANTITY
from ledger.quantities.scanning import search

PIECES = [
    *"0123456789一二三四五六七八九十百千万亿两半几余多点零廿.,，、。:(“”+-~至到年月日份季底末内初前第的上下今去本当翻番倍成个家",
    *(
        "20",
        "2022年",
        "季度",
        "半年",
        "1-",
        "百分之",
        "翻一番",
        "增长1倍",
        "提高了一倍",
        "公里",
        "万元",
        "5G",
        "K-5",
        "千方百计",
    ),
    *("上半年", "下半年", "前三季度", "第二季度", "一至三季度", "年底", "的8月", "十一月", "当年", "8至9月"),
    *("一批", "十分", "数十", "〔2022〕3号", "①", "1.", "全年", "上一年度", "\n", " ", "目标"),
]


@pytest.mark.parametrize(
    ("begins", "form"),
    [(_BEGINS, _QUANTITY), (_NO_FIGURE_BEGINS, _NO_FIGURE), (DAY_BEGINS, _FORMS)],
    ids=["quantities", "no figures", "days"],
)
@settings(max_examples=400, deadline=None)
@given(text=st.lists(st.sampled_from(PIECES), max_size=14).map("".join))
def test_nothing_is_leapt_over(begins: re.Pattern[str], form: re.Pattern[str], text: str) -> None:
    """From every place on, the same words are found as by trying the form at each character."""
    for at in range(len(text) + 1):
        found, slowly = search(begins, form, text, at), form.search(text, at)
        assert (found and (found.span(), found.groups())) == (slowly and (slowly.span(), slowly.groups()))
