#!/usr/bin/python3
"""Make the fonts of this folder from Debian's Noto fonts.

Needs fontTools and the fonts themselves (Debian: python3-fonttools, fonts-noto-core, fonts-noto-cjk). Run it
in this folder after the table below was changed; the result is committed, and the same versions give the same
bytes. What it leaves out:

- hints and tables that go-text never reads, from all of them;
- bold weights that add much and are read rarely: the program thickens the strokes of the regular weight;
- from Chinese, all but the 6,763 characters of GB 2312 (levels 1 and 2, more than 99.9 % of what is printed
  in simplified Chinese), its punctuation, both kanas, and the own names of the languages written with others;
- from the scripts in NAMES_ONLY, all but the name of their language, which stands in the list of languages.
"""
import os

from fontTools import subset
from fontTools.ttLib import TTFont

CORE = "/usr/share/fonts/truetype/noto"
CJK = "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc"
SIMPLIFIED = 2  # its number in the collection

BOTH = ["Sans", "SansArabic", "SansMyanmar", "SansThai", "SansLao", "SansKhmer", "SansBengali", "SansDevanagari",
        "SansSinhala", "SansTamil", "SansEthiopic"]
REGULAR = ["NastaliqUrdu", "SansHebrew", "SansThaana", "SansHanifiRohingya", "SansAdlam", "SansChakma", "SansGeorgian",
           "SansArmenian", "SansGurmukhi", "SansGujarati", "SansTelugu", "SansKannada", "SansMalayalam", "SansOriya",
           "SansTifinagh"]
NAMES_ONLY = {"SerifTibetan": "བོད་སྐད་རྫོང་ཁ", "SansCherokee": "ᏣᎳᎩ", "SansVai": "ꕙꔤ", "SansYi": "ꆈꌠꉙ"}
OWN_NAMES = "中文繁體粵語粤语日本語한국어"


def gb2312():
    """The characters of GB 2312: level 1, level 2, and the rows of symbols before them."""
    for row in range(0xA1, 0xF8):
        for cell in range(0xA1, 0xFF):
            try:
                yield ord(bytes((row, cell)).decode("gb2312"))
            except UnicodeDecodeError:
                pass  # a cell that is not assigned


def write(font, name, unicodes):
    options = subset.Options()
    options.hinting = False
    options.layout_features = ["*"]
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 13, 14]  # copyright and licence stay in the file
    options.notdef_outline = True
    options.glyph_names = False
    options.drop_tables += ["vhea", "vmtx", "VORG", "BASE", "DSIG", "FFTM", "TTFA", "MATH"]
    options.recalc_timestamp = False
    font.recalcTimestamp = False
    maker = subset.Subsetter(options)
    maker.populate(unicodes=unicodes)
    maker.subset(font)
    subset.save_font(font, name, options)
    print(f"{os.path.getsize(name):8}  {name}")


def core(name, text=None):
    font = TTFont(f"{CORE}/Noto{name}.ttf", lazy=False)
    write(font, f"Noto{name}.ttf", [ord(c) for c in text] if text else list(font.getBestCmap()))


if __name__ == "__main__":
    for name in BOTH:
        core(name + "-Regular")
        core(name + "-Bold")
    for name in REGULAR:
        core(name + "-Regular")
    for name, text in NAMES_ONLY.items():
        core(name + "-Regular", text + " ")
    wanted = set(gb2312()) | {ord(c) for c in OWN_NAMES}
    wanted |= set(range(0x3000, 0x3040)) | set(range(0x20, 0x7F)) | set(range(0xFF01, 0xFF5F))
    write(TTFont(CJK, fontNumber=SIMPLIFIED, lazy=False), "NotoSansSC-Regular.otf", sorted(wanted))
