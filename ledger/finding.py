"""What is wrong with data, as a value: code, severity, place and one Chinese sentence with the remedy."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel, ConfigDict

__all__ = ["RULES", "Finding", "Rule", "Severity", "finding", "severest_first"]

Severity = Literal["error", "warning", "note"]
_RANK = {"error": 0, "warning": 1, "note": 2}


@dataclass(frozen=True, slots=True)
class Rule:
    """How one code is said: severity, the sentence with ``{fields}``, and what to do."""

    severity: Severity
    says: str
    remedy: str


class Finding(BaseModel):
    """One fault at one place; ``message`` is the whole sentence for people, the other fields are for programs."""

    model_config = ConfigDict(frozen=True)

    code: str
    severity: Severity
    message: str
    remedy: str
    task: str | None = None
    unit: str | None = None
    sheet: str | None = None
    cell: str | None = None
    value: str | None = None


# One line a code; docs/检查项.md lists every one of them (a test compares).
RULES: dict[str, Rule] = {
    # documents → ledger
    "number_repeated": Rule("warning", "{place}的序号{value}与前面重复，已改为{number}", "请核对原文件的编号"),
    "number_gap": Rule("warning", "{place}的序号从{before}跳到{value}，中间缺号", "请核对原文件是否漏行"),
    "number_missing": Rule("warning", "{place}没有序号，已编为{number}", "请核对原文件的编号"),
    "headers_unknown": Rule("warning", "{place}的表头“{value}”与schema.yaml里的附件都对不上，这张表没有导入", "请在schema.yaml相应栏目的headers里补上这些表头"),
    "column_ignored": Rule("note", "{place}的“{value}”一栏在schema.yaml里没有对应栏目，没有导入", "需要导入的请在schema.yaml相应栏目的headers里补上这个表头"),
    "row_unclear": Rule("warning", "{place}的一行没有任务内容，这一行没有导入：“{value}”", "请核对原文件"),
    "name_unclear": Rule("warning", "{place}的“{value}”分不清是几个名字，暂按一个处理", "请在单位名录里登记正确名称后重新导入"),
    "text_differs": Rule("warning", "{place}与台账里{ref}的内容不同，台账未改动", "确需调整的请在总表里修改该任务"),
    "reporter_unnamed": Rule("warning", "{ref}没有明确的填报单位（牵头单位为“{value}”），列为待指定", "请在总表“填报单位”一栏填上单位名称"),
    "report_empty": Rule("note", "{place}没有找到任何任务", "请确认文件里有责任分工表"),
    "plan_missing": Rule("warning", "“{value}”里没有找到今年的工作安排，没有起草任务", "请核对是不是政府工作报告的全文"),
    # returned workbooks
    "file_unreadable": Rule("error", "文件“{value}”打不开：{detail}", "请用Excel或WPS打开后另存为.xlsx再报"),
    "file_not_xlsx": Rule("error", "文件“{value}”是{detail}，不是Excel工作簿", "请发回填好的填报表原件（.xlsx），{advice}"),
    "file_encrypted": Rule("error", "文件“{value}”设了打开密码", "请取消密码后再报"),
    "file_too_big": Rule("error", "文件“{value}”超出允许的大小（{detail}）", "请在下发的填报表里填写，不要粘贴图片或整表"),
    "file_foreign": Rule("error", "文件“{value}”不是本办下发的填报表", "请在下发的填报表里填写后报送"),
    "file_macros": Rule("error", "文件“{value}”带有宏、外部链接或嵌入对象", "请使用下发的填报表，不要添加宏和链接"),
    "identity_broken": Rule("error", "{sheet}第{row}行的标识与下发时不一致", "请不要复制行或改动隐藏列，在下发的原表里重新填写"),
    "identity_conflict": Rule("error", "文件“{value}”里有两份不同的标识", "请在下发的原表里重新填写后报送"),
    "wrong_unit": Rule("error", "文件“{value}”是发给{owner}的填报表，却放在{unit}的文件夹里", "请报送本单位的填报表"),
    "wrong_period": Rule("error", "文件“{value}”是{owner}的填报表，现在收的是{period}", "请填写本期下发的填报表"),
    "wrong_year": Rule("error", "文件“{value}”是{owner}年的填报表，本台账是{year}年", "请填写本年度下发的填报表"),
    "column_missing": Rule("error", "{sheet}缺少“{title}”一栏", "请不要删除栏目，在下发的原表里重新填写"),
    "row_missing": Rule("error", "{sheet}缺少{ref}这一行", "请不要删除行，在下发的原表里重新填写"),
    "row_repeated": Rule("error", "{sheet}里{ref}出现了两次", "请删除复制出来的那一行"),
    "locked_changed": Rule("error", "{sheet}!{cell}（{title}）是锁定内容，已被改动", "请恢复为“{was}”；确需调整的请与督查科联系"),
    "required_empty": Rule("error", "{sheet}!{cell}（{title}）没有填写", "请填写"),
    "choice_unknown": Rule("error", "{sheet}!{cell}（{title}）填的是“{value}”，不在可选项里", "请从下拉列表里选：{choices}"),
    "date_unclear": Rule("error", "{sheet}!{cell}（{title}）填的“{value}”不是日期", "请写成 2022-12-31 这样的日期"),
    "number_unclear": Rule("error", "{sheet}!{cell}（{title}）填的“{value}”不是数字", "请只填数字"),
    "number_long": Rule("error", "{sheet}!{cell}（{title}）的数字{value}超过15位，Excel会改变末几位", "请先把单元格设为文本格式再输入"),
    "text_unchanged": Rule("error", "{sheet}!{cell}（{title}）还是上期的文字", "请写本期的进展；确无变化的，在“本期情况”里选“无变化”"),
    "text_too_long": Rule("error", "{sheet}!{cell}（{title}）有{length}字，超过{limit}字", "请压缩文字"),
    "text_control": Rule("error", "{sheet}!{cell}（{title}）含有不可见的控制字符", "请删去后重新输入"),
    "cell_formula": Rule("error", "{sheet}!{cell}（{title}）是公式", "请改为直接填写内容"),
    "cell_merged": Rule("error", "{sheet}!{cell}（{title}）与别的单元格合并了", "请取消合并，每一格分别填写"),
    "cell_error": Rule("error", "{sheet}!{cell}（{title}）是错误值{value}", "请改为直接填写内容"),
    "not_yours": Rule("error", "{sheet}!{cell}（{title}）选了“无补充”，但本单位是第一牵头单位", "请如实填写进展情况"),
    "no_more_but_text": Rule("error", "{sheet}!{cell}（{title}）选了“无补充”，却又填了内容", "请改选“有进展”，或删去填写的内容"),
    "sheet_missing": Rule("error", "缺少工作表“{sheet}”", "请不要删除或改名工作表，在下发的原表里重新填写"),
    "rows_hidden": Rule("note", "{sheet}有{value}行被隐藏或筛掉，已照常读取", "无需处理"),
    "signer_empty": Rule("warning", "{sheet}!{cell}（{title}）没有填写", "下次请填上，以便联系"),
    "indicator_empty": Rule("warning", "{sheet}!{cell}（{title}）没有填写", "有数据的请填写，本期没有数据的请在进展情况里说明"),
    "program_failed": Rule("error", "程序处理文件“{value}”时出错（{detail}），原件已存档，没有采用", "请把.ducha/log/sync.log发给维护人员，程序更新后用ducha include再处理一次"),
    # versions of a unit's report
    "version_older": Rule("note", "文件“{value}”保存于{saved}，比已收下的“{newer}”（{number}号）旧，没有采用", "确要用这一份的，请撤下{number}号"),
    "part_alone": Rule("note", "{unit}这一份填好的{refs}已先记下；还缺{missing}，由别的科室另报的，报来后合并采用", "没有别的科室另报的，请在这一份里补填后重报"),
    "parts_joined": Rule("note", "与{unit}的{number}号（{value}）合并采用，{refs}取自{number}号", "几个科室分头填报的，无需处理"),
    "rows_emptied": Rule("warning", "{unit}上一份（{number}号）填了{refs}，这一份没有填，以这一份为准", "几个科室分头填报的，各填各的行，不要重复"),
    "office_returned": Rule("error", "文件“{value}”由本办退回：{why}", "请修改后重新报送"),
    # figures (ledger/checks); how severe each check is stands in schema.yaml
    "rate_wrong": Rule("warning", "{ref}写“{value}”：{actual}÷{target}＝{rate}，不是{stated}", "请核对完成数和百分比"),
    "rate_base": Rule("warning", "{ref}写“{value}”：按任务的{target}算是{rate}，{stated}相当于按{base}算", "请说明用的是哪个口径"),
    "schedule_wrong": Rule("warning", "{ref}写“{value}”：到{day}序时进度是{part}，{rate}比它{verdict}{lead}个百分点", "请核对截至日期和百分点"),
    "sum_wrong": Rule("warning", "{ref}写“{value}”：{parts}＝{total}，比{whole}{gap}", "请核对分项和合计"),
    "status_early": Rule("warning", "{ref}的落实情况是“{status}”，文中却写“{value}”", "请核对落实情况"),
    "status_short": Rule("warning", "{ref}的落实情况是“{status}”，文中“{name}”只有{value}，是目标{target}的{rate}", "请核对落实情况"),
    "target_other": Rule("warning", "{ref}写“{value}”：任务里“{name}”的目标是{target}，不是{base}", "请核对任务数，确有调整的请登记变更"),
    "unit_wrong": Rule("warning", "{ref}写“{value}”：{why}", "请核对数字和单位"),
    "text_stale": Rule("warning", "{ref}的进展情况与{last}一字不差：“{value}”", "请单位更新，确无变化的请选“无变化”"),
    "figures_old": Rule("warning", "{ref}的数据只到{day}，本期是{period}：“{value}”", "请单位更新数据，暂时没有的请写明原因"),
    "actual_missing": Rule("note", "{ref}没有写{names}完成了多少", "有数据的请补上，本期没有的请写明原因"),
    "figure_untyped": Rule("note", "{ref}的“{name}”，指标的完成值没有填，进展情况里写着{value}", "请核对后填上"),
    "cross_differs": Rule("warning", "同样是{when}的“{name}”，{ref}写{mine}，{other}写{theirs}", "请核对以哪个为准"),
    "figure_differs": Rule("warning", "{ref}的“{name}”，“指标”表里是{typed}，进展情况写{value}", "请核对以哪个为准"),
    "number_doubled": Rule("warning", "{ref}的原序号{value}与{other}重复", "请核对原文件的编号"),
    "task_repeated": Rule("warning", "{ref}的任务内容与{other}一字不差：“{value}”", "请核对是否重复下达"),
    "report_repeated": Rule("warning", "{ref}的进展情况与{other}一字不差：“{value}”", "请单位分别填写"),
    # master
    "indicator_task": Rule("warning", "总表{sheet}第{row}行的序号“{value}”对不上任务，没有下发", "请写成“附件1：21”；民生实事的子项写成“附件2：8.3”"),
    "indicator_kind": Rule("warning", "总表{sheet}第{row}行的类型“{value}”不认识，没有下发", "请从列表里选：{choices}"),
    "indicator_target": Rule("warning", "总表{sheet}第{row}行的年度目标“{value}”不是数字，没有下发", "请只填数字，单位写在“计量单位”栏"),
    "revision_faulty": Rule("warning", "总表{sheet}第{row}行没有登记：{detail}", "改好以后下次汇总时登记"),
    "row_over": Rule("warning", "{ref}{note}，{unit}填报的这一行没有采用", "请核对任务是否还在进行"),
    "row_moved": Rule("warning", "{ref}现在由{now}填报，{unit}填报的这一行没有采用", "请与督查科核对任务分工"),
    "entered_row": Rule("warning", "总表{sheet}第{row}行没有入账：{faults}", "请改好后重新汇总"),
    "entered_column": Rule("warning", "总表{sheet}缺少“{title}”一栏，代填的内容没有读取", "请撤销删除或从备份恢复后重新汇总"),
    "indicator_missing": Rule("warning", "总表{sheet}里找不到{ref}的指标“{value}”，本次没有统计", "请撤销删除，或在“变更”表里登记取消指标"),
    "list_missing": Rule("note", "总表里没有“{value}”表，这方面的内容没有读取，也没有更新", "误删的请撤销删除，或执行 ducha verify --repair 补上"),
    "task_missing": Rule("warning", "总表{sheet}里找不到{ref}这一行，本次没有写入", "请撤销删除，或在“变更”表里登记撤销任务"),
    "task_copied": Rule("error", "总表{sheet}里{ref}出现了两次，两行都没有写入", "请删除复制出来的那一行"),
    "status_unknown": Rule("warning", "{ref}的{title}本办填的是“{value}”，不在可选项里，亮灯和统计不认", "请从下拉列表里选：{choices}"),
    "master_conflict": Rule("warning", "{ref}（{title}）本办与单位都有改动，已保留本办文字", "请在“冲突”表的“采用”一栏选择本办或单位"),
    "setting_wrong": Rule("warning", "“设置”表的{title}填的“{value}”没有生效：{detail}", "请在“设置”表里改正"),
    "setting_clash": Rule("warning", "“设置”表的{title}填了“{value}”，但schema.yaml里已改为“{owner}”，以schema.yaml为准", "要用“设置”表里填的请重新填写"),
    "board_formula": Rule("warning", "总表{sheet}!{cell}的公式不见了", "请执行 ducha verify --repair 恢复"),
    # documents going out
    "character_uncommon": Rule(
        "warning",
        "{place}里的“{value}”公文字体里没有，印出来可能是别的字体或空白",
        "请核对，人名可换用含生僻字的字体",
    ),
    # our own files
    "journal_damaged": Rule("error", "日志文件已损坏（{detail}）", "请执行 ducha recover 从备份恢复"),
    "store_missing": Rule("error", "日志登记的原件（{value}）不见了", "请执行 ducha verify --repair，从备份和收件文件夹里找回"),
    "store_damaged": Rule("error", "存档的原件（{value}）内容已损坏", "请执行 ducha verify --repair，从备份和收件文件夹里找回"),
    "key_readable": Rule("warning", "签名密钥文件“{value}”其他用户也能读", "请执行 ducha verify --repair 收紧权限"),
    "unit_unknown": Rule("warning", "“{value}”不在单位名录里", "请在单位名录里登记，或改用名录里的名称"),
}  # fmt: skip


def finding(
    code: str,
    *,
    task: str | None = None,
    unit: str | None = None,
    sheet: str | None = None,
    cell: str | None = None,
    value: object = None,
    **fields: object,
) -> Finding:
    """Say ``code`` about a place; ``fields`` fill the rule's sentence. An unknown code is a programming error.

    ``task`` is an id; how people call the task goes into the field ``ref``.
    """
    rule = RULES[code]
    shown = _short(value)
    words = {"ref": task, "unit": unit, "sheet": sheet, "cell": cell, "value": shown, **fields}
    remedy = rule.remedy.format(**words)
    return Finding(
        code=code,
        severity=rule.severity,
        message=f"{rule.says.format(**words)}；{remedy}。",
        remedy=f"{remedy}。",
        task=task,
        unit=unit,
        sheet=sheet,
        cell=cell,
        value=shown,
    )


def severest_first(findings: Iterable[Finding]) -> list[Finding]:
    """Errors before warnings before notes, otherwise in the order found."""
    return sorted(findings, key=lambda item: _RANK[item.severity])


def _short(value: object) -> str | None:
    text = None if value is None else " ".join(str(value).split())
    return text if text is None or len(text) <= 60 else f"{text[:57]}…"
