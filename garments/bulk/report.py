"""What came of a whole season of photos: a table for programs and a page for people."""

import csv
from collections import Counter
from collections.abc import Iterable, Sequence
from html import escape
from pathlib import Path

from garments.bulk.order import Order, Outcome
from garments.bulk.thumbnails import PICTURES
from garments.kinds import all_kinds

COLUMNS = (
    "file",
    "kind",
    "grade",
    "reasons",
    "id",
    "state",
    "code",
    "publishable",
    "kind_proposed",
    "quality",
    "colours",
)
URGENT = ("failed", "refused", "D", "C", "B", "A")
"""Order of the page: what somebody has to do something about comes first."""
LABELS = {
    "failed": ("Fault of ours", "프로그램 오류"),
    "refused": ("Refused", "거절"),
    "D": ("D: not fit for the shop", "D: 게시 불가"),
    "C": ("C: check before publishing", "C: 게시 전 확인"),
    "B": ("B: good", "B: 양호"),
    "A": ("A: certain", "A: 우수"),
}
HEADINGS = {
    "photo": ("Photo", "사진"),
    "cutout": ("Cut-out", "누끼"),
    "landmarks": ("Points found", "찾은 기준점"),
    "preview": ("On a body", "착용 모습"),
}
SOURCES = {
    "photo": "landmarks.png",
    "cutout": "cutout.png",
    "landmarks": "landmarks.png",
    "preview": "preview.png",
}
"""The large picture behind each small one."""
STYLE = (Path(__file__).parent / "report.css").read_text(encoding="utf-8")


def write_csv(outcomes: Iterable[Outcome], path: Path) -> None:
    """A row a file, in the given order."""
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(COLUMNS)
        for outcome in outcomes:
            row = (
                outcome.file,
                outcome.kind,
                outcome.grade,
                " ".join(_sentence(reason) for reason in outcome.reasons),
                outcome.id,
                outcome.state,
                outcome.code,
                "yes" if outcome.publishable else "no",
                "yes" if outcome.kind_proposed else "no",
                f"{outcome.quality:.3f}" if outcome.grade else "",
                ", ".join(outcome.colours),
            )
            table.writerow([_tame(cell) for cell in row])


def write_page(outcomes: Sequence[Outcome], waiting: Sequence[Order], out: Path) -> None:
    """Write `report.html`, whose pictures lie in `report/`."""
    ordered = sorted(outcomes, key=lambda outcome: (URGENT.index(standing(outcome)), outcome.file))
    cards = "\n".join(_card(outcome, out) for outcome in ordered)
    (out / "report.html").write_text(
        f"""<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Garments · 의류 제작 보고서</title>
<style>{STYLE}</style>
<header>
<h1>Garments <span lang="ko">의류 제작 보고서</span></h1>
{_summary(ordered, len(waiting))}
</header>
<main>
{cards}
</main>
</html>
""",
        encoding="utf-8",
    )


def standing(outcome: Outcome) -> str:
    """The grade, or that there is none."""
    return outcome.grade or ("failed" if outcome.state == "failed" else "refused")


def _summary(outcomes: Sequence[Outcome], waiting: int) -> str:
    """Numbers to choose from: each shows or hides its cards."""
    count = Counter(standing(outcome) for outcome in outcomes)
    boxes = "".join(
        f'<label class="tally {name}"><input type="checkbox" checked data-shows="{name}"><b>{count[name]}</b> '
        f"{_both(LABELS[name])}</label>"
        for name in URGENT
        if count[name] or name in "ABCD"
    )
    rest = ""
    if waiting:
        rest = (
            f'<p class="waiting">{waiting} not yet built: run the same command again. '
            f'<span lang="ko">{waiting}개가 남았습니다. 같은 명령을 다시 실행하세요.</span></p>'
        )
    total = f'<p><b>{len(outcomes)}</b> files <span lang="ko">파일 {len(outcomes)}개</span></p>'
    return f'{total}<div class="tallies">{boxes}</div>{rest}'


def _card(outcome: Outcome, out: Path) -> str:
    shown = standing(outcome)
    kinds = all_kinds()
    kind = ""
    if outcome.kind in kinds:
        kind = _both((kinds[outcome.kind].title_en, kinds[outcome.kind].title_ko))
        if outcome.kind_proposed:
            kind += f" <em>{_both(('proposed from the photo', '사진에서 추정'))}</em>"
    badge = outcome.grade or "–"
    quality = ""
    if outcome.grade:
        quality = (
            f'<p class="quality">{_both(("Predicted preview quality", "예상 미리보기 품질"))} '
            f'<meter min="0" max="1" low="0.5" high="0.75" optimum="1" value="{outcome.quality:.3f}"></meter> '
            f"{outcome.quality:.0%}</p>"
        )
    chips = "".join(
        f'<span class="chip"><i style="background:{escape(code)}"></i>{escape(name)}</span>'
        for name, code in zip(outcome.colours, outcome.hexes, strict=False)
    )
    colours = f'<p class="colours">{_both(("Colours", "색상"))} {chips}</p>' if chips else ""
    reasons = "".join(f"<li>{escape(_sentence(reason))}</li>" for reason in outcome.reasons)
    return f"""<article class="{shown}">
<div class="pictures">{"".join(_picture(name, outcome, out) for name in PICTURES)}</div>
<div class="words">
<h2><span class="badge">{badge}</span> {escape(outcome.file)}</h2>
<p class="kind">{kind or _both(LABELS[shown])}</p>
<h3>{_both(("Reasons", "이유"))}</h3>
<ul>{reasons}</ul>
{quality}{colours}
</div>
</article>"""


def _picture(name: str, outcome: Outcome, out: Path) -> str:
    small = f"report/{outcome.id}-{name}.jpg"
    caption = f"<figcaption>{_both(HEADINGS[name])}</figcaption>"
    if not (out / small).exists():
        return f'<figure><span class="none">–</span>{caption}</figure>'
    alt = f"{HEADINGS[name][0]}: {outcome.file}"
    image = f'<img loading="lazy" src="{small}" alt="{escape(alt)}">'
    large = f"{outcome.id}/{SOURCES[name]}"
    if (out / large).exists():
        image = f'<a href="{large}">{image}</a>'
    return f"<figure>{image}{caption}</figure>"


def _both(words: tuple[str, str]) -> str:
    """English, and Korean after it."""
    return f'{escape(words[0])} <span lang="ko">{escape(words[1])}</span>'


def _sentence(reason: str) -> str:
    """A reason with a capital and a full stop."""
    whole = reason[:1].upper() + reason[1:]
    return whole if whole.endswith((".", "!", "?")) else f"{whole}."


def _tame(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell
