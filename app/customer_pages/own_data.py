"""A customer's own data, all of what we have, as a file (K8)."""

from datetime import timedelta
from typing import Any

from actions.ticket_words import as_told
from backends.account.port import Accounts
from backends.complaint.port import Complaints
from backends.repair.port import Repairs
from compliance.audit import AuditEntry
from compliance.consent import offered
from conversation.outbox.adverts import Adverts
from conversation.turn.lookers import Lookers
from core.chinese_time import Month
from core.clock import SHANGHAI, Clock
from core.money import yuan
from database.handle import Database
from storage import audit, conversations

BY = "web"
MONTHS = 6
MOST_CONVERSATIONS = 500


class OwnData:
    """Puts a subscriber's data together; that it was done is in the audit log first."""

    def __init__(
        self,
        database: Database,
        accounts: Accounts,
        complaints: Complaints,
        repairs: Repairs,
        adverts: Adverts,
        lookers: Lookers,
        clock: Clock,
    ) -> None:
        """Ask these."""
        self._database, self._clock = database, clock
        self._accounts, self._complaints, self._repairs = accounts, complaints, repairs
        self._adverts, self._lookers = adverts, lookers

    async def of(self, customer_id: int) -> dict[str, Any]:
        """Return the data under Chinese headings: account, tickets, consents, conversations, who looked."""
        async with self._database.write() as db:
            await audit.add(db, AuditEntry("customer", "customer.exported", f"customer:{customer_id}"), self._clock)
        return {
            "导出时间": f"{self._clock.now().astimezone(SHANGHAI):%Y-%m-%d %H:%M}",
            **await self._account(customer_id),
            **await self._tickets(customer_id),
            "营销信息": await self._consents(customer_id),
            "谁看过我的资料": await self._lookers.told(customer_id),
            "会话": await self._conversations(customer_id),
        }

    async def _account(self, customer_id: int) -> dict[str, Any]:
        ask, now = self._accounts, self._clock.now()
        customer, balance = await ask.customer(customer_id, BY), await ask.balance(customer_id, BY)
        line, points = await ask.broadband(customer_id, BY), await ask.points(customer_id, BY)
        this_month = Month.of(now.astimezone(SHANGHAI).date())
        bills = [await ask.bill(customer_id, this_month.before(back), BY) for back in range(MONTHS)]
        recharges = await ask.recharges(customer_id, now - timedelta(days=365), BY)
        return {
            "姓名": customer.name,
            "手机号码": customer.phone,
            "出生日期": customer.born_on.isoformat() if customer.born_on else None,
            "话费余额（元）": yuan(balance.balance_fen),
            "套餐": (await ask.plan(customer_id, BY)).name,
            "增值业务": [each.name for each in await ask.services(customer_id, BY)],
            "宽带": {"账号": line.account, "地址": line.address} if line else None,
            "积分": {"上一年": points.of_last_year, "本年": points.of_this_year},
            "账单": {
                str(bill.month): {item.name: yuan(item.amount_fen) for item in bill.items} for bill in bills if bill
            },
            "充值": [
                [f"{each.at.astimezone(SHANGHAI):%Y-%m-%d}", yuan(each.amount_fen), each.way] for each in recharges
            ],
        }

    async def _tickets(self, customer_id: int) -> dict[str, Any]:
        complaints = await self._complaints.unfinished(customer_id, BY)
        repairs = await self._repairs.unfinished(customer_id, BY)
        return {
            "未结投诉": [{"编号": each.number, "内容": as_told(each.grievance)} for each in complaints],
            "未结报修": [{"编号": each.number, "地址": each.report.address} for each in repairs],
        }

    async def _consents(self, customer_id: int) -> list[dict[str, Any]]:
        known = offered()
        return [
            {
                "目的": known.purposes[purpose].name if purpose in known.purposes else purpose,
                "渠道": known.channels.get(channel, channel),
                "同意": word.given,
                "时间": f"{word.at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}",
            }
            for (purpose, channel), word in (await self._adverts.standing(customer_id)).items()
        ]

    async def _conversations(self, customer_id: int) -> list[dict[str, Any]]:
        found = []
        async with self._database.read() as db:
            for each in await conversations.of_customer(db, customer_id, MOST_CONVERSATIONS):
                lines = await conversations.lines(db, each.id)
                said = [
                    [f"{line.at.astimezone(SHANGHAI):%Y-%m-%d %H:%M:%S}", line.author, line.body.get("text", "")]
                    for line in lines
                    if line.audience == "everyone"
                ]
                found.append({"渠道": each.channel, "内容": said})
        return found
