"""What people call each finding of the checks, in a word."""

__all__ = ["KINDS"]

KINDS = {
    "rate_wrong": "完成率",
    "rate_base": "口径",
    "schedule_wrong": "序时进度",
    "sum_wrong": "合计",
    "status_early": "落实情况",
    "status_short": "落实情况",
    "target_other": "任务数",
    "unit_wrong": "单位",
    "text_stale": "未更新",
    "figures_old": "数据旧",
    "actual_missing": "未报数",
    "figure_untyped": "未填指标",
    "cross_differs": "前后不一",
    "figure_differs": "前后不一",
    "number_doubled": "编号",
    "task_repeated": "重复",
    "report_repeated": "重复",
}
