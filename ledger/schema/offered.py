"""Which keys of schema.yaml sheet 设置 offers, and their words; docs/schema.md says the same (a test compares)."""

from typing import NamedTuple

__all__ = ["DATES", "OFFERED", "Offered"]


class Offered(NamedTuple):
    """Keys that may be set (``*``: every one there), the group and name in the sheet, what it is, how it is typed.

    ``{}`` in the name is which one of several: a column's title, a stage's word, else its number.
    """

    keys: tuple[str, ...]
    group: str
    name: str
    says: str
    typed: str = ""


def _offered(keys: str, group: str, name: str, says: str, typed: str = "") -> Offered:
    return Offered(tuple(keys.split(".")), group, name, says, typed)


_DAY = "几日；当月没有这一天的算月底"
_AFTER = "报送期最后一个月之后第几个月；0是当月，1是次月"
_NAMES = "{year} {region} {period}会换成年度、地区、报送期"
DATES = ("due", "dates", "*")  # of these only the open period's is shown
OFFERED = (
    _offered("office.name", "本办", "单位全称", "办公室全称"),
    _offered("office.contact", "本办", "联系人", "联系人，印在填报说明里"),
    _offered("office.phone", "本办", "联系电话", "联系电话"),
    _offered("due.dates.*", "报送", "本期报送截止（{}）", "个别报送期的截止日，没有写的按规则算", "清空就恢复按规则算"),
    _offered("due.month.day", "报送", "月报截止日", _DAY),
    _offered("due.month.months_after", "报送", "月报在第几个月截止", _AFTER),
    _offered("due.quarter.day", "报送", "季报截止日", _DAY),
    _offered("due.quarter.months_after", "报送", "季报在第几个月截止", _AFTER),
    _offered("due.year.day", "报送", "年报截止日", _DAY),
    _offered("due.year.months_after", "报送", "年报在第几个月截止", _AFTER),
    _offered("reporting", "报送", "谁来填报", "谁来填报", "填“每个牵头单位都可以补充”或“只由第一个牵头单位填报”"),
    _offered("lights.behind", "亮灯", "黄灯界限", "落后超过几个百分点亮黄灯"),
    _offered("lights.far_behind", "亮灯", "红灯界限", "落后超过几个百分点亮红灯", "不能小于黄灯界限"),
    _offered("lights.about", "亮灯", "“左右”的范围", "目标写“左右”的，允许上下差百分之几"),
    _offered("stages.*.share", "亮灯", "形象进度“{}”的比例", "到这个阶段算完成了多少", "填0到1的数"),
    _offered("scoring.base", "考核", "基础分", "基础分"),
    _offered("scoring.on_time", "考核", "按时报", "按时报一期加几分"),
    _offered("scoring.late", "考核", "逾期报", "逾期报一期减几分", "填负数"),
    _offered("scoring.missing", "考核", "未报", "一期未报减几分", "填负数"),
    _offered("scoring.returned", "考核", "退回", "退回一份报表减几分", "填负数"),
    _offered("scoring.blue", "考核", "蓝灯", "一项任务亮蓝灯加几分"),
    _offered("scoring.yellow", "考核", "黄灯", "一项任务亮黄灯减几分", "填负数"),
    _offered("scoring.red", "考核", "红灯", "一项任务亮红灯减几分", "填负数"),
    _offered("scoring.lowest", "考核", "最低分", "系统得分最低几分"),
    _offered("scoring.highest", "考核", "最高分", "系统得分最高几分", "不能小于最低分"),
    _offered("scoring.rating", "考核", "领导评分满分", "领导评分的满分，也就是它占总分的百分之几；0表示不用领导评分"),
    _offered(
        "columns.*.title", "栏目", "“{}”的表头", "表头；中途改的只用于以后下发的填报表", "总表的表头不变，可直接改"
    ),
    _offered("columns.*.required", "栏目", "“{}”是否必填", "第一牵头单位必须填", "填是或否"),
    _offered("columns.*.max_length", "栏目", "“{}”的字数", "最多多少字", "空着就是不限"),
    _offered("columns.*.help", "栏目", "“{}”的提示", "单位点到这一格时看到的提示"),
    _offered("papers.order_code", "督办", "督办单发文代字", "督办单的发文代字，后面接〔年度〕n号"),
    _offered("papers.order_days", "督办", "督办单反馈天数", "督办单从落款日期起几天内反馈"),
    _offered("papers.demands.*", "督办", "办理要求第{}条", "督办单的办理要求，一项一条", "清空就删去，空行填上就增加"),
    _offered("papers.reminder_code", "督办", "催报函发文代字", "催报函的发文代字，后面接〔年度〕n号"),
    _offered("papers.reminder_days", "督办", "催报函补报天数", "催报函从落款日期起几天内补报"),
    _offered("papers.comment_days", "督办", "征求意见天数", "征求意见从落款日期起几天内反馈"),
    _offered("document.title", "通报", "标题", "标题", _NAMES),
    _offered("document.addressee", "通报", "主送单位", "主送单位"),
    _offered("document.opening", "通报", "开头一段", "开头一段", _NAMES),
    _offered(
        "document.requirements.*", "通报", "下步工作要求第{}条", "下步工作要求，一项一条", "清空就删去，空行填上就增加"
    ),
    _offered("document.issuer", "通报", "落款单位", "落款单位"),
    _offered("document.headlines", "通报", "写几项指标", "基本情况里最多写几项指标", "0是不写"),
    _offered("document.name_missing", "通报", "未报送单位点名", "没有报送的单位是否点名", "填是或否"),
    _offered("document.name_late", "通报", "逾期单位点名", "逾期报送的单位是否点名", "填是或否"),
    _offered("document.ranking.named", "通报", "先进、滞后点几个", "每一种最多点几个单位、几项任务的名", "0是不点名"),
    _offered("document.format.masthead", "公文格式", "发文机关标志", "发文机关标志，红字", "空着就不印；" + _NAMES),
    _offered(
        "document.format.number", "公文格式", "发文字号", "发文字号，序号空着的在Word里填", "如安府办字〔{year}〕　号"
    ),
    _offered("document.format.copies", "公文格式", "抄送", "抄送机关，不写末尾的句号"),
    _offered("document.format.printer", "公文格式", "印发机关", "印发机关", "空着就没有版记"),
    _offered("document.format.printed", "公文格式", "印发日期", "印发日期，不补零", "空着的在Word里填"),
    _offered("document.format.line", "公文格式", "行距", "正文行距，固定值，单位磅", "28到30，标准是28.95"),
    _offered("document.format.fonts.title", "公文格式", "标题字体", "标题和发文机关标志", "写Word里字体的名字"),
    _offered("document.format.fonts.body", "公文格式", "正文字体", "正文", "写Word里字体的名字，如仿宋"),
    _offered("document.format.fonts.heading", "公文格式", "一级标题字体", "一级标题、“附件1”、表头"),
    _offered("document.format.fonts.subheading", "公文格式", "二级标题字体", "二级标题"),
    _offered("document.categories.*.name", "问题分类", "第{}类的名称", "类别"),
    _offered("document.categories.*.lead", "问题分类", "第{}类的概括句", "这一类前面的概括句"),
    _offered(
        "document.categories.*.words",
        "问题分类",
        "第{}类的用词",
        "问题里有其中一个词就归入这一类；从上到下先配上的算，都配不上的归最后一类",
        "几个词用顿号隔开",
    ),
)
