"""Balance, allowance, bill, plan and services of the signed-in subscriber."""

from datetime import timedelta

from rasa_sdk.executor import CollectingDispatcher

from actions.base import BY, Asked, SubscriberAction
from actions.change_words import kind_of
from actions.words import data_size
from core.chinese_time import Month, names_a_month, read_month
from core.clock import SHANGHAI
from core.money import yuan

RECHARGES_SHOWN = timedelta(days=183)
MOST_RECHARGES = 6


class CheckBalance(SubscriberAction):
    """What is on the account, or what is owed."""

    topic = "balance"

    def name(self) -> str:
        """Its name in the domain."""
        return "action_balance"

    async def answer(self, dispatcher: CollectingDispatcher, asked: Asked, customer_id: int) -> None:
        """Say the balance."""
        balance = await self.accounts.balance(customer_id, BY)
        if balance.arrears_fen:
            note = "您的号码目前处于欠费停机状态，" if balance.state == "suspended" else ""
            dispatcher.utter_message(response="utter_arrears", arrears=yuan(balance.arrears_fen), note=note)
        else:
            dispatcher.utter_message(response="utter_balance", balance=yuan(balance.balance_fen))
        if balance.credit_fen:
            dispatcher.utter_message(response="utter_credit", credit=yuan(balance.credit_fen))


# Channels that show a picture of ours by its address.
SHOW_CHARTS = frozenset({"web"})


class CheckUsage(SubscriberAction):
    """What is left of the month's allowance."""

    topic = "usage"

    def name(self) -> str:
        """Its name in the domain."""
        return "action_usage"

    async def answer(self, dispatcher: CollectingDispatcher, asked: Asked, customer_id: int) -> None:
        """Say what is left."""
        usage = await self.accounts.usage(customer_id, Month.of(asked.at.date()), BY)
        dispatcher.utter_message(
            response="utter_usage",
            plan=usage.plan.name,
            data_total=data_size(usage.data_mb),
            data_used=data_size(usage.data_used_mb),
            data_left=data_size(usage.data_left_mb),
            voice_left=str(usage.voice_left_minutes),
            sms_left=str(usage.sms_left),
        )
        if asked.channel in SHOW_CHARTS:
            pairs = {
                "data": (usage.data_used_mb, usage.data_mb),
                "voice": (usage.voice_used_minutes, usage.plan.voice_minutes),
                "sms": (usage.sms_used, usage.plan.sms),
            }
            shown = "&".join(f"{name}={used}-{total}" for name, (used, total) in pairs.items())
            dispatcher.utter_message(image=f"/charts/usage.svg?{shown}")


class CheckBill(SubscriberAction):
    """A month's bill; this month's where none is named."""

    topic = "bill"

    def name(self) -> str:
        """Its name in the domain."""
        return "action_bill"

    def form(self, asked: Asked) -> str | None:
        """Who asks for every single call proves more first (B3)."""
        return "change_form" if kind_of(asked) else None

    async def answer(self, dispatcher: CollectingDispatcher, asked: Asked, customer_id: int) -> None:
        """Say the sum and its parts."""
        today = asked.at.date()
        month = read_month(asked.text, today)
        if month is None and names_a_month(asked.text):
            dispatcher.utter_message(response="utter_no_such_month")
            return
        month = month or Month.of(today)
        label = f"{month.year}年{month.month}月"
        bill = await self.accounts.bill(customer_id, month, BY)
        if bill is None:
            dispatcher.utter_message(response="utter_no_bill", month=label)
        else:
            dispatcher.utter_message(
                response="utter_bill_so_far" if month == Month.of(today) else "utter_bill",
                month=label,
                total=yuan(bill.total_fen),
                items="、".join(f"{item.name}{yuan(item.amount_fen)}元" for item in bill.items),
            )


class CheckRecharges(SubscriberAction):
    """What was recharged in the last months (C3)."""

    topic = "recharges"

    def name(self) -> str:
        """Its name in the domain."""
        return "action_recharges"

    async def answer(self, dispatcher: CollectingDispatcher, asked: Asked, customer_id: int) -> None:
        """Say each recharge, the newest first."""
        since = asked.at - RECHARGES_SHOWN
        recharges = await self.accounts.recharges(customer_id, since, BY)
        if not recharges:
            dispatcher.utter_message(response="utter_no_recharges")
            return
        lines = []
        for each in recharges[:MOST_RECHARGES]:
            at = each.at.astimezone(SHANGHAI)
            lines.append(f"{at.month}月{at.day}日{each.way}充值{yuan(each.amount_fen)}元")
        dispatcher.utter_message(response="utter_recharges", recharges="；".join(lines))


class CheckPoints(SubscriberAction):
    """Points to spend, and which of them expire this year (C7)."""

    topic = "points"

    def name(self) -> str:
        """Its name in the domain."""
        return "action_points"

    def form(self, asked: Asked) -> str | None:
        """Who wants to spend points orders something."""
        return "change_form" if kind_of(asked) else None

    async def answer(self, dispatcher: CollectingDispatcher, asked: Asked, customer_id: int) -> None:
        """Say the points."""
        points = await self.accounts.points(customer_id, BY)
        dispatcher.utter_message(
            response="utter_points_expiring" if points.of_last_year else "utter_points",
            points=str(points.total),
            expiring=str(points.of_last_year),
            year=str(asked.at.year),
        )


class CheckPromotions(SubscriberAction):
    """The promotions that the subscriber may take (C6)."""

    topic = "promotions"

    def name(self) -> str:
        """Its name in the domain."""
        return "action_promotions"

    async def answer(self, dispatcher: CollectingDispatcher, asked: Asked, customer_id: int) -> None:
        """Say each, and until when."""
        found = await self.accounts.promotions(customer_id, BY)
        if not found:
            dispatcher.utter_message(response="utter_no_promotions")
            return
        lines = [
            f"{each.title}：{each.told}（{each.ends.year}年{each.ends.month}月{each.ends.day}日前）" for each in found
        ]
        dispatcher.utter_message(response="utter_promotions", promotions="；".join(lines))


class CheckPlan(SubscriberAction):
    """The present plan and its terms."""

    topic = "plan"

    def name(self) -> str:
        """Its name in the domain."""
        return "action_plan"

    async def answer(self, dispatcher: CollectingDispatcher, asked: Asked, customer_id: int) -> None:
        """Say the plan."""
        plan = await self.accounts.plan(customer_id, BY)
        dispatcher.utter_message(
            response="utter_plan",
            plan=plan.name,
            fee=yuan(plan.monthly_fee_fen),
            data=data_size(plan.data_mb),
            voice=str(plan.voice_minutes),
            sms=str(plan.sms),
        )
        if waiting := await self.accounts.waiting_plan(customer_id, BY):
            begins = f"{waiting.begins.month}月{waiting.begins.day}日"
            dispatcher.utter_message(response="utter_plan_waiting", plan=waiting.plan.name, begins=begins)


class CheckServices(SubscriberAction):
    """The value-added services that are on."""

    topic = "services"

    def name(self) -> str:
        """Its name in the domain."""
        return "action_services"

    async def answer(self, dispatcher: CollectingDispatcher, asked: Asked, customer_id: int) -> None:
        """Say the services and what each costs."""
        services = await self.accounts.services(customer_id, BY)
        if services:
            words = "、".join(f"{service.name}（每月{yuan(service.monthly_fee_fen)}元）" for service in services)
            dispatcher.utter_message(response="utter_services", services=words)
        else:
            dispatcher.utter_message(response="utter_no_services")
