#!/usr/bin/python3
"""Write dates.json: how dates are written in the languages of the program and of interviews, from CLDR.

For each language the order of day, month and year, the words for them, the months of our calendar and of the
Persian one, the calendars that its speakers use beside ours, and what calendars are called. Needs PyICU
(Debian: python3-icu). Run it in this folder; the result is committed.
"""
import json

import icu

LANGUAGES = """en fr es ar fa prs ur ps ckb th lo km my vi bn hi ne si ta am ti zh ru uk fil id tpi""".split()
FIELDS = {"y": icu.UDateTimePatternField.YEAR_FIELD, "m": icu.UDateTimePatternField.MONTH_FIELD,
          "d": icu.UDateTimePatternField.DAY_FIELD}
# English as the world writes it: day before month. Dari is Persian of Afghanistan; CLDR has no Tok Pisin.
AS = {"en": "en_001", "prs": "fa_AF", "tpi": "en_001"}
CALENDARS = {"th": "buddhist", "lo": "buddhist", "km": "buddhist", "fa": "persian", "prs": "persian", "ps": "persian"}
# The months of the Persian calendar as Afghanistan calls them; CLDR has Iran's for Dari too.
AFGHAN = "حمل ثور جوزا سرطان اسد سنبله میزان عقرب قوس جدی دلو حوت".split()
OWN = {"tpi": {"y": "Yia", "m": "Mun", "d": "De"}, "ckb": {"y": "ساڵ", "m": "مانگ", "d": "ڕۆژ"}, "ne": {"y": "वर्ष", "m": "महिना", "d": "दिन"}}
# Laos and Cambodia write our years in daily life and know the others.
SECOND = ["lo", "km"]


def days(calendar):
    """A moment in each month of a calendar."""
    c = icu.Calendar.createInstance(icu.TimeZone.getGMT(), icu.Locale(f"en@calendar={calendar}"))
    for month in range(12):
        c.set(icu.UCalendarDateFields.YEAR, 1400 if calendar == "persian" else 2024)
        c.set(icu.UCalendarDateFields.MONTH, month)
        c.set(icu.UCalendarDateFields.DATE, 10)
        yield c.getTime()


def months(tag, calendar):
    form = icu.SimpleDateFormat("LLLL", icu.Locale(f"{tag}@calendar={calendar}"))
    form.setTimeZone(icu.TimeZone.getGMT())
    return [form.format(t) for t in days(calendar)]


def called(tag, calendar):
    name = icu.Locale(f"en@calendar={calendar}").getDisplayName(icu.Locale(tag))
    name = name[name.find("=") + 1:].rstrip(")）")
    return name if name != calendar else called("en_001", calendar)


out = {}
for lang in LANGUAGES:
    tag = AS.get(lang, lang)
    generator = icu.DateTimePatternGenerator.createInstance(icu.Locale(tag))
    pattern = generator.getBestPattern("yMd").lower()
    words = OWN.get(lang, {f: generator.getAppendItemName(field) for f, field in FIELDS.items()})
    entry = {
        "order": "".join(sorted("ymd", key=pattern.index)),
        "words": words,
        "months": months(tag, "gregorian"),
        "names": {c: called(tag, c) for c in ("gregorian", "buddhist", "persian")},
    }
    if lang in CALENDARS:
        entry["calendar"] = CALENDARS[lang]
        entry["first"] = lang not in SECOND
    if CALENDARS.get(lang) == "persian" or lang == "en":
        entry["persian"] = AFGHAN if lang == "prs" else months(tag, "persian")
    out[lang] = entry

with open("dates.json", "w", encoding="utf8") as f:
    json.dump(out, f, ensure_ascii=False, indent=1, sort_keys=True)
    f.write("\n")
