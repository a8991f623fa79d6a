"""Units of a plant's sensors: from one to another by factor and offset."""

import unicodedata

# Unit → (what it measures, factor to the first unit of that, offset).
KINDS: dict[str, dict[str, tuple[float, float]]] = {
    "pressure": {
        "bar": (1, 0), "mbar": (1e-3, 0), "pa": (1e-5, 0), "kpa": (1e-2, 0), "mpa": (10, 0), "psi": (0.0689476, 0),
        "kgf/cm2": (0.980665, 0), "kg/cm2": (0.980665, 0), "atm": (1.01325, 0), "torr": (1.333224e-3, 0),
    },
    "temperature": {"c": (1, 0), "k": (1, -273.15), "f": (5 / 9, -160 / 9)},
    "length": {"mm": (1, 0), "cm": (10, 0), "m": (1e3, 0), "um": (1e-3, 0), "in": (25.4, 0), "inch": (25.4, 0)},
    "time": {"s": (1, 0), "sec": (1, 0), "ms": (1e-3, 0), "min": (60, 0), "h": (3600, 0), "초": (1, 0), "분": (60, 0)},
    "mass": {"g": (1, 0), "kg": (1e3, 0), "mg": (1e-3, 0), "t": (1e6, 0), "ton": (1e6, 0), "lb": (453.59237, 0)},
    "force": {"n": (1, 0), "kn": (1e3, 0), "kgf": (9.80665, 0), "tf": (9806.65, 0), "lbf": (4.4482216, 0)},
    "torque": {"nm": (1, 0), "kgf·m": (9.80665, 0), "kgfm": (9.80665, 0), "ncm": (1e-2, 0)},
    "speed": {"mm/s": (1, 0), "m/s": (1e3, 0), "cm/s": (10, 0), "m/min": (1000 / 60, 0), "mm/min": (1 / 60, 0)},
    "turns": {"rpm": (1, 0), "rps": (60, 0), "1/min": (1, 0), "1/s": (60, 0), "hz": (60, 0)},
    "current": {"a": (1, 0), "ma": (1e-3, 0), "ka": (1e3, 0)},
    "voltage": {"v": (1, 0), "mv": (1e-3, 0), "kv": (1e3, 0)},
    "power": {"kw": (1, 0), "w": (1e-3, 0), "mw": (1e3, 0), "hp": (0.745699872, 0)},
    "share": {"%": (1, 0), "‰": (0.1, 0), "ppm": (1e-4, 0), "1": (100, 0)},
}  # fmt: skip
POWERS = (10.0, 0.1, 100.0, 0.01, 1000.0, 0.001)


def known(unit: str) -> str:
    text = unicodedata.normalize("NFKC", unit).strip().casefold().replace("µ", "u").replace("μ", "u").replace(" ", "")
    return text.replace("°", "").replace("℃", "c").replace("deg", "").replace("²", "2").rstrip(".")


def between(own: str, wanted: str) -> tuple[float, float] | None:
    """Factor and offset from one unit to the other; None where they are not known to measure the same."""
    mine, other = known(own), known(wanted)
    for units in KINDS.values():
        if mine in units and other in units:
            (factor, offset), (to, shift) = units[mine], units[other]
            return factor / to, (offset - shift) / to
    return (1.0, 0.0) if mine and mine == other else None


def tried(wanted: str) -> list[tuple[str, float, float]]:
    """Units, factors and offsets that values may have to be converted by: none, other units, then a lost power of ten."""
    units = next((units for units in KINDS.values() if known(wanted) in units), {})
    found = [(wanted, 1.0, 0.0)]
    for unit in units:
        factor, offset = between(unit, wanted) or (1.0, 0.0)
        if (factor, offset) not in [(one[1], one[2]) for one in found]:
            found.append((unit, factor, offset))
    return found + [("", power, 0.0) for power in POWERS if power not in [one[1] for one in found]]
