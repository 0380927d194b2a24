#!/usr/bin/python3
"""Take the word lists for Thai, Lao, Khmer and Burmese out of ICU's data.

Writes NAME.dict for each, in ICU's own format without the header (../trie.go reads it), LICENCE.txt with the
terms under which ICU and its lists may be passed on, and ../testdata/icu_breaks.txt: where ICU itself divides
the sentences of this folder's sentences.txt, which the tests compare with.

Needs ICU and PyICU (Debian: libicu72, libicu-dev for its licence, python3-icu). Run it in this folder; the
result is committed.
"""
import re
import struct

import icu

DATA = "/usr/lib/x86_64-linux-gnu/libicudata.so.72"
LICENCE = "/usr/share/icu/72.1/LICENSE"
LISTS = {"thai": "th", "lao": "lo", "khmer": "km", "burmese": "my"}


def items(blob):
    """Name and content of each file in the data library (ICU: ucmndata.h, udata.h)."""
    base = next(m.start() - 2 for m in re.finditer(b"\xda\x27", blob) if blob[m.start() + 10:m.start() + 14] == b"CmnD")
    toc = base + struct.unpack_from("<H", blob, base)[0]
    count, = struct.unpack_from("<I", blob, toc)
    entries = [struct.unpack_from("<II", blob, toc + 4 + 8 * i) for i in range(count)] + [(0, 0)]
    for (name, start), (_, end) in zip(entries, entries[1:]):
        yield blob[toc + name:blob.index(b"\0", toc + name)].decode(), blob[toc + start:toc + end]


def licence():
    text = open(LICENCE, encoding="utf8").read()
    parts = re.split(r"\n-{60,}\n", text)
    wanted = [p.strip("\n") for i, p in enumerate(parts) if i == 0 or "laodict.txt" in p[:200] or "burmesedict.txt" in p[:200]]
    assert len(wanted) == 3, len(wanted)
    return "\n\n----------\n\n".join(wanted) + "\n"


for path, content in items(open(DATA, "rb").read()):
    for name in LISTS:
        if path.endswith(f"/{name}dict.dict"):
            header, = struct.unpack_from("<H", content)
            body = content[header:]
            size = struct.unpack_from("<I", body, 12)[0]  # DictionaryData::IX_TOTAL_SIZE
            open(name + ".dict", "wb").write(body[:size])
            print(name, size)
open("LICENCE.txt", "w", encoding="utf8").write(licence())

with open("../testdata/icu_breaks.txt", "w", encoding="utf8") as out:
    for line in open("sentences.txt", encoding="utf8"):
        lang, text = line.rstrip("\n").split("\t")
        breaker = icu.BreakIterator.createLineInstance(icu.Locale(lang))
        breaker.setText(text)
        start, parts = 0, []
        for end in breaker:
            parts.append(text[start:end])
            start = end
        out.write(f"{lang}\t{'|'.join(parts)}\n")
