"""What officials write, and the quantities in it: ``expression = value unit [bound] [role] [@as-of] [due day]``."""

from datetime import date
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.quantities import kin, moments, numeral, quantities, unit_of

YEAR = 2022
TABLE = """
# amounts and scales
完成投资1.28亿元 = 1.28 亿元
到位资金3000万元 = 3000 万元
现汇进资3000万美元 = 3000 万美元
出口1,280万美元 = 1280 万美元
改造58万平米 = 58 万平方米
流转8.2万亩 = 8.2 万亩
接待2.6万人次 = 2.6 万人次
接种30.24万 = 30.24 万
计划投资1万亿元 = 10000 亿元
争取债券十二亿元 = 12 亿元
签约六千万美元 = 6000 万美元
建仓三万吨 = 3 万吨
发放补贴三百五十元 = 350 元
筹资一百二十三万元 = 123 万元
到位资金３．５亿元 = 3.5 亿元
招引项目壹佰个 = 100 个
签约资金50億元 = 50 亿元
流转土地3萬畝 = 3 万亩
新增餘量20萬個 = 20 万个
绿化1.5万株 = 1.5 万株
投放5千户 = 5000 户
培训2万3千人 = 23000 人
收入100 元 = 100 元
征地 30亩 = 30 亩
征地30 亩 = 30 亩
# areas, lengths, weights
修复12平方公里 = 12 平方公里
治理32平方千米 = 32 平方公里
新建5200㎡ = 5200 平方米
造林300公顷 = 300 公顷
修路45公里 = 45 公里
修路45千米 = 45 公里
埋管5.7km = 5.7 公里
铺管420m = 420 米
拓宽8.5米 = 8.5 米
产粮20亿斤 = 20 亿斤
处理30吨 = 30 吨
节约4100吨标准煤 = 4100 吨标准煤
调水200万立方米 = 200 万立方米
装机50兆瓦 = 50 兆瓦
装机3万千瓦 = 3 万千瓦
浓度为27微克/立方米 = 27 微克/立方米
# people and counting words, kept apart
就业5900人 = 5900 人
引进60名 = 60 名
培训2000人次 = 2000 人次
服务3户次 = 3 户次
新增15家 = 15 家
搬迁267户 = 267 户
新建6所 = 6 所
改造9座 = 9 座
整治14处 = 14 处
打通17条 = 17 条
开展120场 = 120 场
化解46件 = 46 件
购置20辆 = 20 辆
配置80台 = 80 台
新增检测设备9台套 = 9 台套
交房1289套 = 1289 套
拆除263栋 = 263 栋
处置8宗 = 8 宗
加装40部 = 40 部
增加床位300张 = 300 张
增加300张 = 300 张 growth
三亿五千万元 = 350000000 元
一万二千五百元 = 12500 元
十几家 = 10 家 ≥
更换120间 = 120 间
存栏2.6万头 = 2.6 万头
检测2万管 = 2 万管
社会化服务22万亩次 = 22 万亩次
抽检120批次 = 120 批次
发现火点11起 = 11 起
印发简报12期 = 12 期
# written-out numbers
建成两座 = 2 座
新增三家 = 3 家
改造二十家 = 20 家
新建三百个 = 300 个
发放四十五台 = 45 台
新建十二所 = 12 所
完成廿三件 = 23 件
完成二百零五件 = 205 件
入库两千零三户 = 2003 户
受理一千二百件 = 1200 件
补贴一万二千元 = 12000 元
# percentages
覆盖率达到85% = 85 % share
覆盖率达８５％ = 85 % share
占比百分之三点五 = 3.5 % share
受害率0.9‰ = 0.9 ‰ share
出生率千分之六 = 6 ‰ share
完成七成 = 7 成 share
完成八成五以下 = 8 成 share
杠杆率达到20倍 = 20 倍 share
比重为35% = 35 % share
办结率99.4% = 99.4 % share
# growth, decline, points, doubling
增长7.5% = 7.5 % growth
同比增长1.6% = 1.6 % growth
增幅7.7% = 7.7 % growth
增速达到8% = 8 % growth
上升2.3% = 2.3 % growth
递增10% = 10 % growth
增长约5% = 5 % ≈ growth
同比增收1.15亿元 = 1.15 亿元 growth
日处理能力增加2万吨 = 2 万吨 growth
下降3.2% = 3.2 % decline
同比减收1.91亿元 = 1.91 亿元 decline
降低4.5% = 4.5 % decline
压减8%以上 = 8 % ≥ decline
压缩30% = 30 % decline
减少2.5% = 2.5 % decline
提高到90% = 90 % share
提升至28%以上 = 28 % ≥ share
提高2个百分点 = 2 个百分点 points
低于目标3.7个百分点 = 3.7 个百分点 points
快1.2百分点 = 1.2 个百分点 points
新增4200人 = 4200 人
农机总动力翻番 = 100 % doubling
产值翻一番 = 100 % doubling
产值翻两番 = 300 % doubling
业务量增长一倍 = 100 % doubling
业务量增长1.5倍 = 1.5 倍 growth
# bounds
新增18户以上 = 18 户 ≥
新增18户及以上 = 18 户 ≥
至少3次 = 3 次 ≥
不少于20家 = 20 家 ≥
不低于15万亩 = 15 万亩 ≥
突破100亿元大关 = 100 亿元 ≥
超600万人次 = 600 万人次 ≥
超过600万人次 = 600 万人次 ≥
逾30家 = 30 家 ≥
100多家 = 100 家 ≥
30余万元 = 30 万元 ≥
3万余人 = 3 万人 ≥
二十余处 = 20 处 ≥
控制在4.5%以内 = 4.5 % ≤ share
控制在3%左右 = 3 % ≈ share
不超过20个 = 20 个 ≤
不高于5% = 5 % ≤ share
缩短至3天以内 = 3 天 ≤
压缩至5个工作日 = 5 个工作日 ≤
不足10家 = 10 家 ≤
低于20个 = 20 个 ≤
近5亿元 = 5 亿元 ≈
约2800元 = 2800 元 ≈
大约40户 = 40 户 ≈
接近30家 = 30 家 ≈
8.5公里左右 = 8.5 公里 ≈
38亿元上下 = 38 亿元 ≈
# ranges
成立1-2家 = 1..2 家
成立1—2家 = 1..2 家
安排200~300个 = 200..300 个
培育三到五户 = 3..5 户
增长5%-8% = 5..8 % growth
投入2万至3万元 = 2..3 万元
派出两三名 = 2..3 名
走访三四百户 = 300..400 户
# times
办理时限7日 = 7 天
运行半年 = 0.5 年
建设两年半 = 2.5 年
过渡6个月 = 6 个月
开放300天以上 = 300 天 ≥
# as-of dates and deadlines
截至9月底，完成5家 = 5 家 @2022-09-30
截止9月29日，完成5家 = 5 家 @2022-09-29
截至2022年8月末，完成5家 = 5 家 @2022-08-31
1-8月，完成5家 = 5 家 @2022-08-31
1—9月份完成5家 = 5 家 @2022-09-30
1至9月完成5家 = 5 家 @2022-09-30
1月至10月完成5家 = 5 家 @2022-10-31
前三季度完成5家 = 5 家 @2022-09-30
1-3季度完成5家 = 5 家 @2022-09-30
上半年完成5家 = 5 家 @2022-06-30
二季度增长4.8% = 4.8 % growth @2022-06-30
8月末存栏2.68万头 = 2.68 万头 @2022-08-31
截至10月中旬完成5家 = 5 家 @2022-10-20
2021年完成5家 = 5 家 @2021-12-31
去年完成5家 = 5 家 @2021-12-31
截至十月底完成5家 = 5 家 @2022-10-31
累计完成5家（截至8月底） = 5 家 @2022-08-31
年底前完成5家 = 5 家 due 2022-12-31
10月底前完成5家 = 5 家 due 2022-10-31
6月30日前完成5家 = 5 家 due 2022-06-30
预计11月底完成5家 = 5 家 due 2022-11-30
到2025年培育5家 = 5 家 due 2025-12-31
于6月底完成5家 = 5 家
8月20日完成5家 = 5 家
今年完成5家 = 5 家
# no quantity at all
第12次会议 =
第三届 =
S227青河至柳溪段 =
G105改线 =
PM2.5 =
4A级景区 =
5G基站 =
3.0版本 =
〔2022〕15号 =
搭建“1+N”平台 =
12345热线 =
“十四五”规划 =
一批项目 =
一方面 =
四好农村路 =
三级网络 =
百场好戏 = 100 场
亿元以上 =
十分重要 =
几十家 =
数十家 =
06:30发车 =
1.推进项目 =
（2）推进项目 =
3#楼 =
五个一工程 = 5 个
"""


def cases() -> list[tuple[str, str]]:
    lines = (line for line in TABLE.strip().splitlines() if not line.startswith("#"))
    return [(text.strip(), wanted.strip()) for text, _, wanted in (line.rpartition("=") for line in lines)]


@pytest.mark.parametrize(("text", "wanted"), cases())
def test_expression(text: str, wanted: str) -> None:
    assert "; ".join(map(said, quantities(text, YEAR))) == wanted


def said(item: object) -> str:
    value = f"{item.value}..{item.high}" if item.high is not None else f"{item.value}"
    parts = [value, item.unit.text, item.bound, item.role if item.role != "level" else ""]
    parts += [f"@{item.as_of}" if item.as_of else "", f"due {item.deadline}" if item.deadline else ""]
    return " ".join(part for part in parts if part)


def test_there_are_enough() -> None:
    assert len(cases()) >= 150


@pytest.mark.parametrize(("text", "wanted"), cases())
def test_words_and_place(text: str, wanted: str) -> None:
    """The quoted words stand in the text at the place told."""
    for item in quantities(text, YEAR):
        assert text[item.start : item.end] == item.words


def test_several_in_one_list() -> None:
    """The verb stands before the first, the bound behind the last."""
    first, second = quantities("城镇、农村居民收入分别增长7.5%、8%左右", YEAR)
    assert [(one.role, one.bound) for one in (first, second)] == [("growth", "≈")] * 2


def test_a_date_holds_until_the_next_paragraph() -> None:
    """截至 goes for all that follows, but not for the next numbered item; a past year only for its sentence."""
    found = quantities("1.截至8月底，建成5家；另有3家在建。2.新增2家。2021年完成9家。今年8家。", YEAR)
    assert [item.as_of for item in found] == [date(2022, 8, 31)] * 2 + [None, date(2021, 12, 31), None]


@given(st.integers(min_value=1, max_value=9999_9999_9999))
def test_chinese_numerals_round_trip(number: int) -> None:
    read = numeral(chinese(number))
    assert read is not None
    assert read.value == number


@given(st.decimals(min_value="0.01", max_value="99999", places=2))
def test_arabic_with_scales(number: Decimal) -> None:
    (found,) = quantities(f"完成投资{number}亿元", YEAR)
    assert (found.value, found.base) == (number, number * 10**8)


@given(st.decimals(min_value="0.01", max_value="99999", places=2))
def test_full_width_is_the_same(number: Decimal) -> None:
    wide = str(number).translate({ord(sign): ord(sign) + 0xFEE0 for sign in "0123456789."})
    assert [item.value for item in quantities(f"占{wide}％", YEAR)] == [number]


@given(st.text(alphabet="一二两三十百千万亿半点零〇0123456789.%个家元月日至-，以上增长占", max_size=14))
def test_nothing_is_invented(text: str) -> None:
    """Whatever stands there: no crash, every quantity quotes its own place, none overlaps another."""
    found = quantities(text, YEAR)
    assert all(text[item.start : item.end] == item.words for item in found)
    assert all(one.end <= two.start for one, two in pairwise(found))
    moments(text, YEAR)


DIGITS = "零一二三四五六七八九"


def chinese(number: int) -> str:
    """The number in characters, by the school rule."""
    for size, sign in ((10**8, "亿"), (10**4, "万")):
        if number >= size:
            head, tail = divmod(number, size)
            filler = "零" if tail and tail < size // 10 else ""
            return chinese(head) + sign + filler + (chinese(tail) if tail else "")
    for size, sign in ((1000, "千"), (100, "百"), (10, "十")):
        if number >= size:
            head, tail = divmod(number, size)
            filler = "零" if tail and tail < size // 10 else ""
            return DIGITS[head] + sign + filler + (chinese(tail) if tail else "")
    return DIGITS[number]


CONVERSIONS = [
    ("亩", "1.5", "平方米", "1000"),
    ("公顷", "1", "亩", "15"),
    ("平方公里", "1", "亩", "1500"),
    ("公里", "1", "米", "1000"),
    ("吨", "1", "斤", "2000"),
]


@pytest.mark.parametrize(("one", "many", "other", "value"), CONVERSIONS)
def test_conversion(one: str, many: str, other: str, value: str) -> None:
    left, right = unit_of(one), unit_of(other)
    assert left.dimension == right.dimension
    assert left.factor * Decimal(many).as_integer_ratio()[0] / Decimal(many).as_integer_ratio()[1] == (
        right.factor * int(value)
    )


@pytest.mark.parametrize(("one", "other"), [("人", "人次"), ("名", "人"), ("元", "美元"), ("亩", "亩次")])
def test_dimensions_kept_apart(one: str, other: str) -> None:
    assert unit_of(one).dimension != unit_of(other).dimension


@pytest.mark.parametrize(
    ("target", "actual", "wanted"),
    [("名", "人", True), ("家", "户", True), ("个", "处", True), ("人", "人次", False), ("元", "亩", False)],
)
def test_what_may_answer_what(target: str, actual: str, wanted: bool) -> None:
    """名 and 人 are one thing to a clerk, 人次 is another."""
    assert kin(unit_of(target), unit_of(actual)) is wanted
