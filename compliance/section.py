"""The safety section: from figures and words to a document of headings, paragraphs and notes. Pure.

The genre is that of a county's 综合考评汇报材料 (domain rules 1.1 to 1.4): 一是…；二是…。, every figure in a
running sentence. Which wording a clause takes is decided by data; a clause whose figure is unknown or zero is
dropped; a rate on thin data carries its completeness; what is not known is said in the notes.
"""

from __future__ import annotations

from collections.abc import Mapping

from compliance.clauses import asked, blanks, joined, spoken, why_dropped
from compliance.document import Block, Numbering, Run, Section, Style, styled
from compliance.figures import Figure
from compliance.filling import Teller, fill, plain, teller_of
from compliance.notes import notes_of
from compliance.words import Item, Part, Words
from model.clock import local_day
from model.counted import Counted

_ORDINALS = "一二三四五六七八九十"


def section(counted: Counted, figures: Mapping[str, Figure], words: Words, style: Style) -> Section:
    """Return the section of a county, or of one home."""
    teller = teller_of(counted, figures, style)
    scope = teller.scope
    said: set[str] = set()
    dropped: dict[str, str] = {}
    document = words.document
    blocks = [Block(0, tuple(fill(document[f"{scope}_opening"], teller)))]
    body: list[Block] = []
    titles = 0
    for part in words.parts:
        paragraph = _part(part, teller, counted, said, dropped)
        if paragraph:
            body += _headed(part.title, titles, paragraph, style.numbering)
            titles += 1
    blocks.append(_heading(1, f"{_ORDINALS[0]}、{document['chapter']}"))
    blocks.append(Block(0, (Run(document["framing"] if body else document["nothing"]),)))
    blocks += body
    blocks.append(_heading(1, f"{_ORDINALS[1]}、{document['notes']}"))
    printed = tuple(
        dict.fromkeys(run.figure for block in blocks for run in block.runs if run.figure in figures)
    )
    used = {key for clause in words.clauses() if asked(clause, teller) for key in blanks(clause, scope)}
    asked_for = [key for key in figures if key in used]
    notes = notes_of(counted, figures, asked_for, printed, rounded=style.rounded)
    blocks += [
        Block(3, (Run(f"{number}."), *(Run(piece.text, maskable=piece.secret) for piece in note)))
        for number, note in enumerate(notes, 1)
    ]
    blocks = styled(blocks, style, printed)
    return Section(
        plain(document[f"{scope}_title"], teller),
        plain(document[f"{scope}_subtitle"], teller),
        tuple(blocks),
        tuple(key for key in printed if key is not None),
        dropped,
        style,
        local_day(counted.known_at),
        figures,
    )


def _part(part: Part, teller: Teller, counted: Counted, said: set[str], dropped: dict[str, str]) -> list[Run]:
    items = [runs for item in part.items if (runs := _item(item, teller, counted, said, dropped))]
    paragraph: list[Run] = []
    for number, runs in enumerate(items):
        ordinal = [Run(f"{_ORDINALS[number]}是")] if len(items) > 1 else []
        end = Run("；" if number < len(items) - 1 else "。")
        paragraph += [*ordinal, *runs, end]
    return paragraph


def _item(item: Item, teller: Teller, counted: Counted, said: set[str], dropped: dict[str, str]) -> list[Run]:
    sentences: list[list[Run]] = []
    for clauses in item.sentences:
        told: list[list[Run]] = []
        start = ""
        for clause in clauses:
            found = spoken(clause, teller, counted, said)
            if not found:
                dropped[clause.key] = why_dropped(clause, teller)
                continue
            said.add(clause.key)
            start = start or (clause.start if not told else "")
            told += found
        if told:
            sentence = joined(told, "，")
            sentences.append([Run(start), *sentence] if start else sentence)
    if not sentences:
        return []
    return [Run(f"{item.lead}。"), *joined(sentences, "。")]


def _heading(level: int, text: str) -> Block:
    return Block(level, (Run(text),))


def _headed(title: str, number: int, paragraph: list[Run], numbering: Numbering) -> list[Block]:
    if numbering is Numbering.DIGIT:
        return [Block(0, (Run(f"{number + 1}.{title}。"), *paragraph))]
    return [_heading(2, f"（{_ORDINALS[number]}）{title}"), Block(0, tuple(paragraph))]
