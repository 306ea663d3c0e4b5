"""A phone and a home line of our own, with states and faults: they show what a real one would, and are mended as one.

Nothing here knows what the guided check (core/guided_check.py) makes of it: what a device shows follows from what is
wrong with it, and what is done to it changes that alone.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from core.guided_check import DONE, UNKNOWN


@dataclass
class Phone:
    """A mobile phone; every field is as it should be."""

    airplane_mode: bool = False
    sim: str = "working"
    network_mode: str = "auto"
    mobile_data: bool = True
    data_roaming: bool = True
    apn: str = "right"
    data_saver: bool = False
    battery_saver: bool = False
    vpn: bool = False
    wifi_calling: bool = False
    app_permission: bool = True
    stuck: bool = False
    abroad: bool = False

    @property
    def registered(self) -> bool:
        """Whether the network knows it."""
        return not self.airplane_mode and self.sim == "working" and not self.stuck

    @property
    def online(self) -> bool:
        """Whether data flows."""
        return self.registered and self.mobile_data and self.apn != "wrong" and (self.data_roaming or not self.abroad)

    def look(self, check: str) -> str:
        """Return the state of a check that somebody who looks finds."""
        return _PHONE_SHOWS[check](self)

    def do(self, check: str) -> str:
        """Do what a check asks for; return that it is done."""
        for name, value in _PHONE_MENDS[check].items():
            setattr(self, name, value)
        return DONE


def _bar(phone: Phone) -> str:
    if phone.airplane_mode:
        return "plane"
    if phone.sim != "working":
        return "no_sim"
    if phone.stuck:
        return "none"
    return {"g2": "g2", "g3": "g3"}.get(phone.network_mode, "lte")


def _speed(phone: Phone) -> str:
    if not phone.online:
        return "none"
    slow = phone.network_mode != "auto" or phone.vpn or phone.data_saver or phone.battery_saver
    return "slow" if slow else "good"


def _mms(phone: Phone) -> str:
    goes = phone.online and phone.apn == "right" and phone.network_mode != "g2" and phone.app_permission
    return "sent" if goes and not phone.wifi_calling else "unsent"


def _switch(name: str) -> Callable[[Any], str]:
    return lambda device: "on" if getattr(device, name) else "off"


_PHONE_SHOWS: Mapping[str, Callable[[Phone], str]] = {
    "phone.status_bar": _bar,
    "phone.airplane_mode": _switch("airplane_mode"),
    "phone.sim": lambda phone: phone.sim,
    "phone.network_mode": lambda phone: phone.network_mode,
    "phone.mobile_data": _switch("mobile_data"),
    "phone.data_roaming": _switch("data_roaming"),
    "phone.apn": lambda phone: phone.apn,
    "phone.data_saver": _switch("data_saver"),
    "phone.battery_saver": _switch("battery_saver"),
    "phone.vpn": _switch("vpn"),
    "phone.wifi_calling": _switch("wifi_calling"),
    "phone.app_permission": lambda phone: "granted" if phone.app_permission else "denied",
    "phone.speed": _speed,
    "phone.mms": _mms,
    "phone.call": lambda phone: "rings" if phone.registered and not phone.wifi_calling else "silent",
}
_PHONE_MENDS: Mapping[str, Mapping[str, Any]] = {
    "phone.airplane_mode": {"airplane_mode": False},
    "phone.sim": {"sim": "working", "stuck": False},
    "phone.network_mode": {"network_mode": "auto"},
    "phone.mobile_data": {"mobile_data": True},
    "phone.data_roaming": {"data_roaming": True},
    "phone.apn": {"apn": "right", "stuck": False},
    "phone.data_saver": {"data_saver": False},
    "phone.battery_saver": {"battery_saver": False},
    "phone.vpn": {"vpn": False},
    "phone.wifi_calling": {"wifi_calling": False},
    "phone.app_permission": {"app_permission": True},
    "phone.restart": {"stuck": False},
}


@dataclass
class Line:
    """A home line with its modem, a computer on a cable, Wi-Fi, a set-top box and a telephone.

    fibre  cut: what no customer mends
    """

    power: bool = True
    stuck: bool = False
    cables: str = "plugged"
    fibre: bool = True
    wifi: str = "seen"
    box: str = "on"
    remote: bool = True
    source: bool = True

    @property
    def up(self) -> bool:
        """Whether the modem has its connection."""
        return self.power and self.fibre and not self.stuck

    def look(self, check: str) -> str:
        """Return the state of a check that somebody who looks finds, UNKNOWN where it shows nothing."""
        return _LINE_SHOWS[check](self)

    def do(self, check: str) -> str:
        """Do what a check asks for; return that it is done."""
        for name, value in _LINE_MENDS[check].items():
            setattr(self, name, value)
        return DONE


def _lamps(line: Line) -> str:
    if not line.power:
        return "dark"
    if not line.fibre:
        return "los"
    if line.stuck:
        return "pon"
    if line.cables == "loose":
        return "lan_off"
    return "wifi_off" if line.wifi == "unseen" else "fine"


def _line_speed(line: Line) -> str:
    if not line.up or line.cables == "loose" or line.wifi in ("unseen", "refused"):
        return "none"
    return "slow" if line.wifi == "weak" else "good"


def _television(line: Line) -> str:
    if not line.source:
        return "no_input"
    return "picture" if line.up and line.box == "on" and line.remote else "none"


_LINE_SHOWS: Mapping[str, Callable[[Line], str]] = {
    "line.lamps": _lamps,
    "line.power": _switch("power"),
    "line.cables": lambda line: line.cables,
    "line.device": lambda line: "all",
    "line.wifi": lambda line: line.wifi,
    "line.speed": _line_speed,
    "phone.call": lambda line: "rings" if line.up and line.cables == "plugged" else "silent",
    "tv.box": lambda line: line.box,
    "tv.remote": lambda line: "works" if line.remote else "dead" if line.box == "on" else UNKNOWN,
    "tv.signal": _television,
}
_LINE_MENDS: Mapping[str, Mapping[str, Any]] = {
    "line.power": {"power": True, "stuck": False},
    "line.cables": {"cables": "plugged"},
    "line.wifi": {"wifi": "seen"},
    "tv.box": {"box": "on"},
    "tv.remote": {"remote": True},
    "tv.signal": {"source": True},
}
# What can be wrong, by name: the fields that break, so that anybody may break a device.
PHONE_FAULTS: Mapping[str, Mapping[str, Any]] = {
    "airplane_mode": {"airplane_mode": True},
    "sim_missing": {"sim": "missing"},
    "sim_pin": {"sim": "pin"},
    "sim_puk": {"sim": "puk"},
    "sim_damaged": {"sim": "damaged"},
    "only_2g": {"network_mode": "g2"},
    "only_3g": {"network_mode": "g3"},
    "data_off": {"mobile_data": False},
    "roaming_off": {"data_roaming": False},
    "apn_wrong": {"apn": "wrong"},
    "apn_no_mms": {"apn": "no_mms"},
    "data_saver": {"data_saver": True},
    "battery_saver": {"battery_saver": True},
    "vpn": {"vpn": True},
    "wifi_calling": {"wifi_calling": True},
    "no_permission": {"app_permission": False},
    "stuck": {"stuck": True},
}
LINE_FAULTS: Mapping[str, Mapping[str, Any]] = {
    "no_power": {"power": False},
    "stuck": {"stuck": True},
    "cable_loose": {"cables": "loose"},
    "fibre_cut": {"fibre": False},
    "wifi_off": {"wifi": "unseen"},
    "wifi_password": {"wifi": "refused"},
    "wifi_weak": {"wifi": "weak"},
    "box_off": {"box": "off"},
    "remote_dead": {"remote": False},
    "tv_source": {"source": False},
}


def broken[Device: (Phone, Line)](device: Device, faults: Mapping[str, Mapping[str, Any]], *names: str) -> Device:
    """Break a device by these faults; return it."""
    for name in names:
        for field, value in faults[name].items():
            setattr(device, field, value)
    return device
