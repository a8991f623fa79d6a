"""Writes apps/calendars/korea.json from the package `holidays`, which only this script needs.

pip install holidays==0.109 && python deploy/write_holidays.py > apps/calendars/korea.json
"""

import json
from importlib.metadata import version

import holidays

FIRST, LAST = 2024, 2040

if __name__ == "__main__":
    years = range(FIRST, LAST + 1)
    korean, english = (holidays.country_holidays("KR", years=years, language=name) for name in ("ko", "en_US"))
    days = {day.isoformat(): [korean[day], english[day]] for day in sorted(korean)}
    source = f"holidays {version('holidays')} (MIT)"
    rows = ",\n".join(f"{json.dumps(day)}: {json.dumps(names, ensure_ascii=False)}" for day, names in days.items())
    print(f'{{"source": "{source}", "until": "{LAST}-12-31", "days": {{\n{rows}\n}}}}')
