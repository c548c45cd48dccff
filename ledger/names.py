"""Telling apart the names that stand together in one cell of leaders or units."""

import re
from collections.abc import Collection, Iterable
from typing import Literal

from ledger.task import folded

__all__ = ["Kind", "known_names", "split_names"]

Kind = Literal["people", "units"]

_COMMON = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董潘袁于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜"
    "崔钟谭陆汪范金石廖贾夏韦付傅方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
)
_RARE = (
    "聂鲁况幸厉欧温易章文樊左卓葛邬宁鄢涂詹赖柯翁盛游祝颜晏桂兰安常康伍施牛洪季俞鲍麦倪庞甘喻蓝齐柳辛管车"
    "简饶刁巢熬敖揭应艾单牟艳凌冷舒柴梅苗纪童耿关焦仇包骆司华岳尤符冉成路代阮蒲宗原冀丘楚区褚娄翟殷裴荣卫查"
)
_DOUBLE = ("欧阳", "上官", "司马", "诸葛", "司徒", "皇甫", "夏侯", "东方", "尉迟", "公孙", "慕容", "令狐", "端木")
_ROLE = re.compile(r"同志|领导|市长|县长|区长|省长|乡镇长|书记|常委|主任|局长|秘书长|负责人|分管|挂职|各|专员")
_HARD = re.compile(r"[、，,；;/]")
_ENDING = re.compile(
    r"(?:[局委办部院校镇乡区园社联队所站处组团厅台网库场馆学班]|中心|公司|集团|街道|政府|管委会|委员会|领导小组|协会|商会|总会|"
    r"联合会|工会|基金会|企业|单位|银行|[分支]行|网络|基地|园区|办公室|成员|[）)])$"
)
_TAIL = re.compile(
    r"^(?:[（(].*|(?:人民)?政府.{0,3}|中心|[分总]?局|办公室|办事处|街道|管委[会办]|委员会|(?:总|分)?公司|集团|领导小组.*|"
    r"成员单位|服务中心|基地|[委办部镇乡厅处站所])$"
)
_OPENING = re.compile(r"(?:各|有关|相关|[省市县区](?!委会|局|场)).{2}")
_PARTY = re.compile(r"(?:[省市县区州]委|党委|[省市县区]政府)$")
_PARTY_PART = re.compile(r"^(?:办|宣传|组织|统战|政法|编办|网信|改革|巡察|老干|党校|史志|督查|台办|研究室)")
_COLLECTIVE = re.compile(r"(?<=[局委办部镇乡道府心司])等?(?=(?:各|有关|相关)[^、]*$)|等(?=(?:各|有关|相关))")
_AND_SO_ON = re.compile(r"等(?:部门|单位|乡镇|部门和单位)?$")
_LABEL = re.compile(r"^(?:牵头|配合|责任|协办|主办)(?:领导|单位|部门)?[:：]")
_OFFICE = "局"


def split_names(text: str, known: Collection[str], kind: Kind) -> tuple[tuple[str, ...], bool]:
    """The single names in a cell, in their order, without repeats, and whether that was clear.

    ``known`` are names seen elsewhere on their own (see `known_names`) or registered in the roster. People written
    together are told apart by known names, else by surnames; a role (市政府各分管同志) is one name; a name broken by
    a line is one. What cannot be told apart stays one name and is not clear.
    """
    if not folded(text):
        return (), True
    names, clear = (_people if kind == "people" else _units)(text, known)
    return tuple(dict.fromkeys(names)), clear


def known_names(cells: Iterable[str], kind: Kind) -> frozenset[str]:
    """Names that stand unmistakably alone in some cell, as material for `split_names`."""
    found: set[str] = set()
    for text in cells:
        if kind == "people":
            lines = (line.split() for line in _HARD.sub("\n", text).split("\n"))
            found |= {"".join(line) for line in lines if _one_person(line)}
        else:
            parts = [part.strip() for part in _outer_split(text)] if _HARD.search(text) else re.split(r"\s+", text)
            whole = [part for part in parts if part and part == folded(part) and not _TAIL.search(part)]
            found |= {part for part in whole if (len(parts) == 1 or _ENDING.search(part)) and not _glued(part)}
    return frozenset(found)


def _glued(part: str) -> bool:
    return bool(re.search(r".等|.(?:各|有关|相关)", part)) or part.count(_OFFICE) > 1


# People


def _one_person(words: list[str]) -> bool:
    name = "".join(words)
    whole = len(words) == 1 or (len(words) == 2 and len(words[0]) == len(words[1]) == 1)
    return whole and not _ROLE.search(name) and _person(name) is not None and len(name) < 4


def _people(text: str, known: Collection[str]) -> tuple[list[str], bool]:
    names: list[str] = []
    clear = True
    for part in _HARD.split(text):
        held = ""
        for line in filter(str.strip, part.split("\n")):
            if _ROLE.search(folded(held + line)) and folded(held) not in known:
                held += line.strip()  # a role runs on over lines until a name follows
                continue
            if held and (split := _segments(line, known)):
                names.append(folded(held))
                held, line = "", line
            split = _segments(held + line, known)
            if split:
                names += split
                held = ""
            elif names and len(folded(line)) == 1 and not held and len(names[-1]) == 2:
                names[-1] += folded(line)  # 张学 + 伟
            else:
                held += line
        if held:
            names.append(folded(held))
            clear = clear and bool(_ROLE.search(held) or len(folded(held)) <= 3)
    return names, clear


def _segments(line: str, known: Collection[str]) -> list[str]:
    """The cheapest division of a line into persons' names; empty when it has none.

    A known name costs nothing; a name by its surname costs more the rarer the surname; white space inside a name
    is free only in one of two characters (吴  诚).
    """
    words = line.split()
    text = "".join(words)
    gaps = {sum(map(len, words[:index])) for index in range(1, len(words))}
    best: list[tuple[float, list[str]] | None] = [(0.0, [])] + [None] * len(text)
    for end in range(2, len(text) + 1):
        for size in (2, 3, 4):
            before = best[end - size] if end >= size else None
            if before is None:
                continue
            name = text[end - size : end]
            cost = 0.0 if name in known else _person(name)
            if cost is None:
                continue
            crossed = sum(end - size < gap < end for gap in gaps)
            cost += 0.0 if size == 2 or name in known else 2.0 * crossed
            total = before[0] + cost + 0.1
            held = best[end]
            if held is None or total < held[0]:
                best[end] = (total, [*before[1], name])
    found = best[-1]
    return found[1] if found else []


def _person(name: str) -> float | None:
    """How unlikely this is one person's name, None when it cannot be."""
    if not re.fullmatch(r"[一-鿿·]{2,4}", name):
        return None
    if name[:2] in _DOUBLE and len(name) > 2:
        return 1.0
    if len(name) == 4:
        return None
    if name[0] in _COMMON:
        return 1.0 if len(name) == 3 else 1.3
    return (1.6 if len(name) == 3 else 2.0) if name[0] in _RARE else None


# Units


def _units(text: str, known: Collection[str]) -> tuple[list[str], bool]:
    names: list[str] = []
    clear = True
    for part in _outer_split(text):
        for piece in _pieces(_LABEL.sub("", part.strip()).split(), known):
            for name in _COLLECTIVE.split(piece):
                bare = _AND_SO_ON.sub("", name)
                split = _chain(bare, known)
                names += split or ([bare] if bare else [])
                clear = clear and (bool(split) or not _doubtful(bare, known))
    return names, clear


def _outer_split(text: str) -> list[str]:
    """Split at commas and the like that are not inside brackets."""
    parts, depth = [""], 0
    for letter in text:
        depth = max(0, depth + (letter in "（(") - (letter in "）)"))
        if depth == 0 and _HARD.match(letter):
            parts.append("")
        else:
            parts[-1] += letter
    return parts


def _pieces(words: list[str], known: Collection[str]) -> list[str]:
    """Words put together to whole names: a name goes on until it is known or ends as units' names end."""
    pieces: list[str] = []
    for word in words:
        joined = (pieces[-1] if pieces else "") + word
        if pieces and (joined in known or _goes_on(pieces[-1], word, known)):
            pieces[-1] = joined
        else:
            pieces.append(word)
    return pieces


def _goes_on(piece: str, word: str, known: Collection[str]) -> bool:
    if re.match(r"[（(]", word) or piece.count("（") + piece.count("(") > piece.count("）") + piece.count(")"):
        return True
    if (piece in known and word in known) or _OPENING.match(word):
        return False
    if _TAIL.match(word) and word not in known:
        return True
    if _PARTY.search(piece) and _PARTY_PART.match(word):
        return True
    return piece not in known and not _ENDING.search(piece)


def _chain(text: str, known: Collection[str]) -> list[str]:
    """Two or more known names written together; empty when the text is not exactly that."""
    if text in known or len(text) < 4:
        return []
    best: list[list[str] | None] = [[]] + [None] * len(text)
    for end in range(2, len(text) + 1):
        for start in range(end - 1):
            before, name = best[start], text[start:end]
            if before is not None and name in known and not (end < len(text) and _PARTY.search(name)):
                held = best[end]
                if held is None or len(before) + 1 < len(held):
                    best[end] = [*before, name]
    return best[-1] or []


def _doubtful(name: str, known: Collection[str]) -> bool:
    return name not in known and bool(re.search(r"局.+(?<!分)局$", re.sub(r"[（(].*?[）)]", "", name)))
