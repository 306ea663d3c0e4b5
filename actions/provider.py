"""A service provider by its code or name: what it sells, since when, its hotline, how to stop it (J4, J8)."""

from collections.abc import Sequence
from contextlib import suppress

from actions.base import BY, FlowAction
from backends.account.port import Accounts
from backends.account.port import Service as Own
from backends.providers.port import Directory, Provider, Service
from core.dates import day_in_words
from core.dialogue import Call, Choice, Outcome, say
from core.errors import BackendDown
from core.money import yuan
from core.wording import CHINESE, words


class TellProvider(FlowAction):
    """Tells of a provider, to anybody; a subscriber who has a service of it on may cancel it here."""

    def __init__(self, providers: Directory, accounts: Accounts) -> None:
        """Look into the directory `providers`, and for a subscriber's own services into `accounts`."""
        self._providers, self._accounts = providers, accounts

    def name(self) -> str:
        """Its name in the domain."""
        return "action_provider"

    async def act(self, call: Call) -> Outcome:
        """Tell of the provider that was named, or of the one that was told last."""
        provider = self._providers[str(call.slots.get("provider") or call.memory.get("provider"))]
        own = await self._own(call, provider)
        language = call.language
        choices = (
            *(
                Choice("cancel_service", words("way_cancel_it", language, name=on.name), known={"target": on.code})
                for on in own
            ),
            Choice("complain", words("part_complain", language), known=_complaint(provider, language)),
        )
        told = say(
            "utter_provider",
            choices=() if own else choices,
            name=provider.name,
            number=provider.number,
            since=day_in_words(provider.since, language),
            services="\n".join(_priced(each, language) for each in provider.services),
            hotline=provider.hotline,
            stop=provider.stop,
        )
        on = words("part_and", language).join(f"“{each.name}”" for each in own)
        says = (told, say("utter_provider_on", choices=choices, services=on)) if own else (told,)
        return Outcome(says, remember={"provider": provider.number, "asked": call.slots.get("words")})

    async def _own(self, call: Call, provider: Provider) -> Sequence[Own]:
        """Return what the customer has on of a provider; what is public is told even where that can't be known."""
        if call.customer_id is not None:
            with suppress(BackendDown):
                on = await self._accounts.services(call.customer_id, BY)
                return [each for each in on if each.name in provider.names]
        return ()


def _complaint(provider: Provider, language: str) -> dict[str, str]:
    """Return what is known of a complaint about a provider: its kind, and whom it is about."""
    called = words("part_provider_called", language, name=provider.name, number=provider.number)
    return {"kind": "unauthorised_service", "about": called}


def _priced(service: Service, language: str) -> str:
    key = "part_provider_monthly" if service.monthly else "part_provider_most"
    charged = service.charged.get(language) or service.charged[CHINESE]
    return words(key, language, name=service.name, price=yuan(service.fen), charged=charged)
