"""Labels of the parameters that figures have on an axis."""

from __future__ import annotations

from abm.labels.declare import Label

PARAMETERS = {
    "broker.capacity": Label("Broker (units a month)", "中介（每月工作单位）"),
    "broker.strategy": Label("Strategy of the broker", "中介策略"),
    "broker.alignment_share": Label("Share of work spent on alignment", "用于协调期望的工作占比"),
    "calendar.scale": Label("Events (times the calendar)", "活动（相对于原日程的倍数）"),
    "cooperation.broker_closing": Label("Effect of alignment (η_B)", "协调期望的效果（η_B）"),
}
