"""Labels of the parameters that figures have on an axis, and of the words that some of them are set to."""

from __future__ import annotations

from abm.labels.declare import Label

PARAMETERS = {
    "broker.capacity": Label("Broker (units a month)", "中介（每月工作单位）"),
    "broker.strategy": Label("Strategy of the broker", "中介策略"),
    "broker.alignment_share": Label("Share of work spent on alignment", "用于协调期望的工作占比"),
    "calendar.scale": Label("Events (times the calendar)", "活动（相对于原日程的倍数）"),
    "cooperation.broker_closing": Label("Effect of alignment (η_B)", "协调期望的效果（η_B）"),
    "city.capacity": Label("Partnerships a city can keep up", "每个城市可维持的伙伴关系数"),
    "city.engagement_spread": Label("Spread of cities' engagement", "城市参与度的差异"),
    "city.size_effect": Label("Engagement by population", "参与度随人口的增长"),
    "membership.unsupported": Label("Support after the programme", "项目关闭后的支持力度"),
    "pairing.partners": Label("Counterparts found by pairing", "配对所得对口城市数"),
    "pairing.within_cohort": Label("Pairing within a year's cohort", "同批城市优先配对的比例"),
    "event.contacts_per_attendee": Label("Meetings of an attendee", "每位与会者的会面数"),
    "event.cost_sensitivity": Label("How much travel deters", "旅行成本的阻碍程度"),
    "search.rate": Label("Cities' own searches", "城市自主搜寻率"),
    "contact.baseline": Label("Readiness for contact", "接触的基准意愿"),
    "contact.complementarity": Label("Weight of complementary skills", "技能互补的作用"),
    "contact.learning": Label("Weight of learning value", "学习价值的作用"),
    "contact.brokered_bonus": Label("What an introduction adds", "中介引荐的加成"),
    "cooperation.trust_gain": Label("Trust gained by interaction", "互动带来的信任"),
    "cooperation.trust_loss": Label("Trust lost without interaction", "无互动时流失的信任"),
    "cooperation.natural_closing": Label("Effect of interaction (η_0)", "互动缩小差距的效果（η_0）"),
    "cooperation.pairing_closing": Label("Effect of pairing (η_P)", "配对缩小差距的效果（η_P）"),
    "helix.university_rate": Label("Universities' readiness to join", "高校加入的意愿"),
    "helix.firm_rate": Label("Firms' readiness to join", "企业加入的意愿"),
    "ladder.memorandum_rate": Label("Rate of memoranda", "签署备忘录的速率"),
    "ladder.earliest_memorandum": Label("Months before a memorandum", "签署备忘录前的月数"),
    "ladder.plan_rate": Label("Rate of action plans", "制定行动计划的速率"),
    "ladder.pilot_rate": Label("Rate of pilots", "启动试点的速率"),
    "ladder.sustain_rate": Label("Rate of sustained work", "转为持续合作的速率"),
    "ladder.trust_effect": Label("Effect of trust", "信任的作用"),
    "ladder.gap_effect": Label("Effect of the expectation gap", "期望差距的作用"),
    "ladder.helix_effect": Label("Effect of a full helix", "三螺旋齐备的作用"),
    "ladder.funding_effect": Label("Effect of funding", "资金的作用"),
    "ladder.engagement_effect": Label("Effect of engagement", "参与度的作用"),
    "ladder.overload_effect": Label("Effect of overload", "超负荷的作用"),
    "project.invited": Label("Cities that a project invites", "每个项目邀请的城市数"),
    "project.invitation_weight": Label("Engagement in invitations", "邀请时参与度的权重"),
    "project.associate_weight": Label("Associates in invitations", "邀请时联系城市的权重"),
    "awareness.event": Label("Hearing of practices at events", "在活动中获知实践"),
    "awareness.partner": Label("Hearing of practices by partners", "从伙伴处获知实践"),
    "trial.rate": Label("Rate of trials", "试用实践的速率"),
    "adoption.rate": Label("Rate of adoption", "采纳实践的速率"),
}

SETTINGS = {
    "random": Label("random", "随机"),
    "complementarity": Label("complementarity", "互补"),
    "bridging": Label("bridging", "搭桥"),
    "equity": Label("equity", "公平"),
    "deepening": Label("deepening", "深化"),
}
