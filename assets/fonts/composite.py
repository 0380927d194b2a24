#!/usr/bin/python3
"""Merge the Noto fonts of this folder into LeewardComposite-Regular.ttf.

Only stock Fyne widgets (typing fields, dialogs) use the merged font: Fyne draws them with one font for
the whole program and would show boxes for other scripts. Needs fontTools (Debian: python3-fonttools).
Run it in this folder after a font was added or changed; the result is committed.
"""
import os
import tempfile

from fontTools.merge import Merger
from fontTools.ttLib import TTFont

FAMILIES = ["NotoSans", "NotoSansArabic", "NotoSansMyanmar"]
OUT = "LeewardComposite-Regular.ttf"

# Tables that do not merge and that nothing here reads: hints, device metrics, signature.
DROP = ["fpgm", "prep", "cvt ", "gasp", "hdmx", "VDMX", "LTSH", "DSIG", "TTFA", "FFTM"]

with tempfile.TemporaryDirectory() as tmp:
    parts = []
    for family in FAMILIES:
        font = TTFont(family + "-Regular.ttf")
        for tag in DROP:
            if tag in font:
                del font[tag]
        for name in font["glyf"].keys():
            font["glyf"][name].removeHinting()
        parts.append(os.path.join(tmp, family + ".ttf"))
        font.save(parts[-1])
    merged = Merger().merge(parts)

# The tallest script rules, or stacked Burmese vowels are cut off.
sources = [TTFont(f + "-Regular.ttf") for f in FAMILIES]
ascent = max(f["hhea"].ascent for f in sources)
descent = min(f["hhea"].descent for f in sources)
merged["hhea"].ascent, merged["hhea"].descent, merged["hhea"].lineGap = ascent, descent, 0
os2 = merged["OS/2"]
os2.sTypoAscender, os2.sTypoDescender, os2.sTypoLineGap = ascent, descent, 0
os2.usWinAscent, os2.usWinDescent = ascent, -descent

for record in merged["name"].names:
    if record.nameID in (1, 3, 4, 6, 16):
        record.string = "LeewardComposite" if record.nameID == 6 else "Leeward Composite"
merged["head"].created = merged["head"].modified = sources[0]["head"].modified
merged.recalcTimestamp = False
merged.save(OUT)
