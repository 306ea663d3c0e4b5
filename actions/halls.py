"""Where a service hall is and when it is open: known to anybody."""

import re

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.base import Asked, BackedAction, Events
from backends.halls.port import Halls, named

TOPIC = "halls"
_TOLD = 3
_BOOKING = re.compile(r"预约|取号|排号|叫号")


class CheckHalls(BackedAction):
    """Tells the halls of the place that was named, or asks for the place."""

    topic = TOPIC

    def __init__(self, halls: Halls) -> None:
        """Ask `halls`."""
        self._halls = halls

    def name(self) -> str:
        """Its name in the domain."""
        return "action_halls"

    async def act(self, dispatcher: CollectingDispatcher, tracker: Tracker, asked: Asked) -> Events:
        """Tell at most three; of a place without a hall, say so and name the areas that have one."""
        halls = await self._halls.all()
        found = named(halls, asked.text)
        if found:
            told = "\n".join(f"{hall.name}：{hall.address}，{hall.hours}" for hall in found[:_TOLD])
            dispatcher.utter_message(response="utter_halls", told=told)
        else:
            areas = sorted({hall.area for hall in halls})
            dispatcher.utter_message(
                response="utter_halls_where",
                buttons=[{"title": area, "payload": f"{area}的营业厅"} for area in areas[:8]],
            )
        if _BOOKING.search(asked.text):
            dispatcher.utter_message(response="utter_hall_no_booking")
        return [SlotSet("topic", TOPIC)]
