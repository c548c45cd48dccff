"""The functions that Excel knows by these names: ranges in, arrays out, the rules of `ledger` in between.

Docstrings and ``doc`` are the help that clerks read in Excel's function wizard (at most 255 characters each), so they
are in Chinese. A cell is empty where there is nothing to say; errors of the program itself become #N/A in the wrapper.
"""

from typing import Annotated

import xlwings as xw

from addin.arguments import Cells, Figures, spread
from addin.counting import standard_names, tallies
from addin.extracting import extract
from addin.judging import check, columns_of, elapsed, judge, lead, light, rates
from addin.place import rules

__all__ = ["DC_CHECK", "DC_COUNT", "DC_EXTRACT", "DC_LEAD", "DC_LIGHT", "DC_RATE", "DC_SCHEDULE", "DC_UNIT"]

CATEGORY = "督查台账"
NOTHING = Cells()  # an argument that is not given

Kind = Annotated[Cells, {"doc": "指标类型：达到、控制在以内、左右、增长、占比、形象进度或文字。可以是一列。"}]
Target = Annotated[Figures, {"doc": "年度目标，只写数字。可以是一列。"}]
Actual = Annotated[Figures, {"doc": "完成值；形象进度和文字类填所选的词。可以是一列。"}]
AsOf = Annotated[Cells, {"doc": "截至日期，如2022-08-31。可以是一列。"}]
Unit = Annotated[Cells, {"doc": "计量单位，如亿元、%、个百分点；单位是百分比时50和50%是一回事。可以不写。"}]
End = Annotated[Cells, {"doc": "报送期的最后一天，截至日期为空时用它。可以不写。"}]
Due = Annotated[Cells, {"doc": "办结时限，到期没有完成的亮红灯。可以不写。"}]


@xw.func(category=CATEGORY)
def DC_RATE(kind: Kind, target: Target, actual: Actual, unit: Unit = NOTHING) -> list[list[object]]:
    """完成率（1就是100%）。达到、左右类是完成值除以目标，形象进度按阶段折算，文字类完成为1；其余类型没有完成率，结果为空。"""
    return spread(rates(rules()), kind, target, actual, unit)


@xw.func(category=CATEGORY)
def DC_SCHEDULE(as_of: AsOf, period_end: End = NOTHING) -> list[list[object]]:
    """序时进度：到截至日期为止，一年过去了多少（8月31日是66.7%）。"""
    return spread(elapsed(rules()), as_of, period_end)


@xw.func(category=CATEGORY)
def DC_LEAD(
    kind: Kind, target: Target, actual: Actual, as_of: AsOf, unit: Unit = NOTHING, period_end: End = NOTHING
) -> list[list[object]]:
    """领先（正）或滞后（负）序时进度多少个百分点；控制在以内类是离上限还有百分之几，增长、占比类是与目标之差。"""
    return spread(judge(rules(), lead), kind, target, actual, as_of, unit, period_end)


@xw.func(category=CATEGORY)
def DC_LIGHT(
    kind: Kind,
    target: Target,
    actual: Actual,
    as_of: AsOf,
    unit: Unit = NOTHING,
    period_end: End = NOTHING,
    due: Due = NOTHING,
) -> list[list[object]]:
    """亮灯：蓝（完成）、绿（达到序时进度）、黄（滞后）、红（严重滞后或逾期）、灰（没有报或判断不了）。"""
    return spread(judge(rules(), light), kind, target, actual, as_of, unit, period_end, due)


@xw.func(category=CATEGORY)
def DC_CHECK(
    titles: Annotated[Cells, {"doc": "表头一行，如本期情况、进展情况、存在问题；认得的栏目才核对。"}],
    rows: Annotated[Cells, {"doc": "表头下面要核对的一行或多行，列数与表头一致。"}],
    reporter: Annotated[
        Cells, {"doc": "是否由本单位负责填报，是或否；否的不要求必填。不写就是“是”。可以是一列。"}
    ] = NOTHING,
) -> list[list[object]]:
    """校验一行填得对不对：用文字说明哪里要改，没有问题时为空。与填报表的“系统校验”一致。"""
    schema = rules().schema
    told = check(schema, columns_of(schema, titles[0]))
    return spread(told, Cells([[row] for row in rows]), reporter)


@xw.func(category=CATEGORY)
def DC_EXTRACT(
    text: Annotated[Cells, {"doc": "要找数字的文字，可以是一列。"}],
    nth: Annotated[
        Cells, {"doc": "要第几个数字，不写是第1个；写成一行，如{1,2,3}，就依次排开，每个占四格。"}
    ] = NOTHING,
) -> list[list[object]]:
    """文字里的数字，每个占四格：数值、单位、说明（增长、下降、以上、以内、左右）、原文。序号、日期、文号不算，没有的为空。"""
    found = spread(extract(rules().schema.year), text, nth)
    return [[cell for figure in row for cell in figure] for row in found]


@xw.func(category=CATEGORY)
def DC_UNIT(
    name: Annotated[Cells, {"doc": "要规范的单位名称，可以是一列。"}],
    names: Annotated[Cells, {"doc": "单位名录的“名称”一列。"}],
    aliases: Annotated[Cells, {"doc": "单位名录的“别名”一列，几个别名用顿号隔开。可以不写。"}] = NOTHING,
) -> list[list[object]]:
    """单位的规范名称：按单位名录把简称、别名换成全称；名录里没有的，结果为空。"""
    return spread(standard_names(names, aliases), name)


@xw.func(category=CATEGORY)
def DC_COUNT(
    units: Annotated[Cells, {"doc": "各项任务的单位一列；一格里写了几个单位的，每个单位都算。"}],
    lights: Annotated[Cells, {"doc": "各项任务的亮灯一列。"}],
    unit: Annotated[Cells, {"doc": "要数的单位，可以是一列。"}],
    light: Annotated[Cells, {"doc": "要数的灯，如红；可以是一行，如蓝、绿、黄、红、灰。不写就数全部任务。"}] = NOTHING,
) -> list[list[object]]:
    """某单位有几项任务亮某种灯。单位给一列、灯给一行，就得出整张表。"""
    return spread(tallies(units, lights, unit), unit, light)
