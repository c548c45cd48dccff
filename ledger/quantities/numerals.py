"""Numbers as officials write them: 1,280, ３.５, 2.6万, 六千, 二〇二二, 壹佰, 两, 半, 两三百."""

import re
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

__all__ = ["NUMERAL", "SCALES", "Numeral", "numeral", "plain"]

SCALES = {"": 1, "万": 10**4, "亿": 10**8}
_DIGITS = {character: value for value, pair in enumerate(("〇零", *"一二三四五六七八九")) for character in pair}
_DIGITS["两"] = 2
_STEPS = {"十": 10, "百": 100, "千": 1000}
_FORMAL = str.maketrans("壹贰叁肆伍陆柒捌玖拾佰仟", "一二三四五六七八九十百千")
# character for character, so that places in the text stay; only what figures and the verbs beside them need
_PLAIN = str.maketrans(
    "０１２３４５６７８９．％＋－－／（）：萬億畝個兩點餘約達佔噸頃戶項條處場臺輛隻張間雙來貳陸參億"
    "內於過長減壓縮較預計劃標務數總額資產業設實環學區縣鄉鎮農財進開發運導蓋網廠橋糧積",
    "0123456789.%+--/():万亿亩个两点余约达占吨顷户项条处场台辆只张间双来贰陆叁亿"
    "内于过长减压缩较预计划标务数总额资产业设实环学区县乡镇农财进开发运导盖网厂桥粮积",
)
_ODD = re.compile(f"[{''.join(map(chr, _PLAIN))}]")
_ARABIC = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_SIGNS = "[零〇一二三四五六七八九十百千两廿]+"
_WRITTEN = rf"{_SIGNS}(?:[万亿]{_SIGNS})*(?:点[零〇一二三四五六七八九]+)?"
_CASHIER = r"[壹贰叁肆伍陆柒捌玖拾佰仟零]{2,}"
NUMERAL = rf"(?:(?:{_ARABIC})(?:[百千](?![米克瓦分]))?|{_CASHIER}|{_WRITTEN}|半)"
_PRECISE = 28  # digits, from which on decimals are rounded
_ARABIC_ALONE = re.compile(rf"({_ARABIC})([十百千]?)", re.ASCII)


class Numeral(NamedTuple):
    """A number; ``high`` where the words name a range (两三百), ``written`` when it stands in characters."""

    value: Decimal
    high: Decimal | None = None
    written: bool = False


@lru_cache(maxsize=64)  # several readers ask for the same text one after the other
def plain(text: str) -> str:
    """The text with full-width and traditional signs of figures replaced, every character at its place."""
    return text.translate(_PLAIN) if _ODD.search(text) else text


def numeral(words: str) -> Numeral | None:
    """Read what `NUMERAL` matches, 万 and 亿 inside or behind it too; None when it is no number."""
    if len(words) < _PRECISE and words.isascii() and words.isdecimal():
        return Numeral(Decimal(words))
    text = words.translate(_FORMAL)
    if text == "半":
        return Numeral(Decimal("0.5"), written=True)
    for scale in ("亿", "万"):
        if scale in text:
            return _scaled(text, scale)
    if found := _ARABIC_ALONE.fullmatch(text):
        return Numeral(Decimal(found[1].replace(",", "")) * _STEPS.get(found[2], 1))
    whole, _, part = text.partition("点")
    if low := _approximate(whole):
        return Numeral(*low, written=True)
    value = _section(whole)
    if value is None or (part and any(sign not in _DIGITS for sign in part)):
        return None
    digits = "".join(str(_DIGITS[sign]) for sign in part)
    return Numeral(Decimal(f"{value}.{digits}" if digits else value), written=True)


def _scaled(text: str, scale: str) -> Numeral | None:
    """三亿五千万: what stands before the last 亿 (or 万) times it, and what follows."""
    before, _, after = text.rpartition(scale)
    head = numeral(before or "一")
    if head is None:
        return None
    size = SCALES[scale]
    value = head.value * size
    if after:
        tail = numeral(after)
        if tail is None or tail.value >= size:
            return None
        # 一万二 is 12000
        value += tail.value * (size // 10 if after in _DIGITS and after not in "零〇" else 1)
    return Numeral(value, head.high * size if head.high and not after else None, written=head.written)


def _approximate(text: str) -> tuple[Decimal, Decimal] | None:
    """两三, 三四百: two digits that follow one another."""
    if len(text) in (2, 3) and text[0] in _DIGITS and text[1] in _DIGITS and text[2:] in ("", *_STEPS):
        low, high = _DIGITS[text[0]], _DIGITS[text[1]]
        if high == low + 1 and low:
            step = _STEPS.get(text[2:], 1)
            return Decimal(low * step), Decimal(high * step)
    return None


def _section(text: str) -> int | None:
    """Below 万: 三千二百零五, 十二, 廿三, 三百五, and plain digits 二〇二二."""
    text = text.replace("廿", "二十")
    if text and all(sign in _DIGITS for sign in text):
        return int("".join(str(_DIGITS[sign]) for sign in text))
    total, digit, last = 0, None, 10**4
    for place, sign in enumerate(text):
        if sign in _STEPS:
            step = _STEPS[sign]
            if step >= last or (digit is None and place and text[place - 1] not in "零〇"):
                return None
            if digit is None and sign != "十" and len(text) > 1:
                return None
            total, digit, last = total + (1 if digit is None else digit) * step, None, step
        elif digit is None:
            digit = _DIGITS[sign] or None
        else:
            return None
    if digit:
        bare = text[-2] in _STEPS and last > 10  # 三百五
        total += digit * (last // 10 if bare else 1)
    return total or None
