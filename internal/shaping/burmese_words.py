#!/usr/bin/python3
"""Write burmese_words.txt: the words of two to four syllables in the Burmese texts that ship.

ICU's dictionary divides the texts; the program keeps the words that it finds here whole when it breaks
lines, and breaks between syllables everywhere else. Needs PyICU (Debian: python3-icu). Run it in this
folder after the Burmese texts were changed; the result is committed. A text with words that are not in the
list is still laid out, with breaks between syllables.
"""
import json
import re

import icu

SOURCES = ["../../translations/my.json", "../../schema/instrument/screening.json"]
BURMESE = re.compile("[\u1000-\u1049\u104c-\u109f]+")
# A consonant or independent vowel that is neither stacked, nor stacking, nor silenced; see burmese.go.
SYLLABLE = re.compile("(?<!\u1039)[\u1000-\u102a](?!\u1037?[\u1039\u103a])")


def texts(node):
    if isinstance(node, str):
        yield node
    elif isinstance(node, dict):
        for value in node.values():
            yield from texts(value)
    elif isinstance(node, list):
        for value in node:
            yield from texts(value)


words = set()
breaker = icu.BreakIterator.createWordInstance(icu.Locale("my"))
for source in SOURCES:
    with open(source, encoding="utf8") as f:
        for text in texts(json.load(f)):
            for stretch in BURMESE.findall(text):
                breaker.setText(stretch)
                start = 0
                for end in breaker:
                    word, start = stretch[start:end], end
                    if 2 <= len(SYLLABLE.findall(word)) <= 4:
                        words.add(word)

with open("burmese_words.txt", "w", encoding="utf8") as f:
    f.write("".join(word + "\n" for word in sorted(words)))
print(len(words), "words, ICU", icu.ICU_VERSION)
