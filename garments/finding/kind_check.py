"""Whether a photo contradicts the kind that somebody says it shows: its outline, length, legs, neck and front."""

import numpy as np

from garments.finding.corners import Points
from garments.kinds import Kind, all_kinds

SURE = 0.75
"""Share of an outline from which it overrules what the merchandiser says."""
STRANGE = 0.6
"""Share of everything else together from which a photo is refused."""
SHORTEST_DRESS, LONGEST_TOP = 1.4, 1.95
"""Length from armpit to hem over the chest's width: shorter is no dress, longer no top; between, the word counts."""
SHORTEST_TROUSERS, LONGEST_SHORTS = 1.4, 2.3
"""Length from waistband to leg hem over the waistband's width: the same for legs."""
SURE_HOOD, SURELY_BARE = 0.8, 0.85
"""Share of hoods from which a hood is seen, and of open necks from which none is."""
PLAIN_NAMES = {
    "sleeved": "a top with sleeves",
    "sleeveless": "a sleeveless top",
    "dress": "a dress",
    "trousers": "trousers or shorts",
    "skirt": "a skirt",
    "jumpsuit": "a jumpsuit",
    "other": "a shoe, a bag, several pieces at once or something else",
}


def contradiction(
    kind_scores: dict[str, float],
    at: dict[str, Points],
    kind: Kind,
    *,
    neck: str,
    front: str,
    better: tuple[str, ...] = (),
) -> str | None:
    """What speaks against the kind, in a sentence that names the better ones; None when the kind is possible."""
    title = kind.title_en.lower()
    scores = weigh_length(kind_scores, at, kind)
    allowed = {"sleeved", "sleeveless"} if kind.shape == "top" else set(kind.groups)
    if kind.shape == "dress":
        allowed |= {"dress"}
    strangers = {name: share for name, share in scores.items() if name not in allowed}
    if sum(strangers.values()) >= STRANGE:
        likeliest = max(strangers, key=lambda name: strangers[name])
        named = _name_better(likeliest, better)
        return f"the photo does not show {_with_article(title)}: it looks like {PLAIN_NAMES[likeliest]}{named}."
    if kind.shape == "top":
        worn = max(("sleeved", "sleeveless"), key=lambda name: scores.get(name, 0.0))
        if worn not in kind.groups and scores[worn] >= SURE:
            named = _name_better(worn, better)
            return f"the photo looks like {PLAIN_NAMES[worn]}, not {_with_article(title)}{named}."
    return _legs(at, kind) or _neck_and_front(kind, neck, front)


def weigh_length(kind_scores: dict[str, float], at: dict[str, Points], kind: Kind) -> dict[str, float]:
    """The shares with what the length says: nothing short is a dress, nothing long a top; between, the word counts."""
    scores = dict(kind_scores)
    length = body_length(at)
    if length is None or kind.shape not in ("top", "dress"):
        return scores
    tops = {name: scores.get(name, 0.0) + 1e-3 for name in ("sleeved", "sleeveless")}
    if length < (SHORTEST_DRESS if kind.shape == "dress" else LONGEST_TOP):
        dress = scores.pop("dress", 0.0)
        return scores | {name: share + dress * share / sum(tops.values()) for name, share in tops.items()}
    return scores | {"sleeved": 0.0, "sleeveless": 0.0, "dress": scores.get("dress", 0.0) + sum(tops.values())}


def choose_neck(necks: dict[str, float], kind_scores: dict[str, float], kind: Kind) -> str:
    """The neck that the photo shows: of those the kind can have, unless it surely is another.

    A hood that hangs down the back looks like a collar, and ruffles like a hood: there the merchandiser's word counts.
    """
    seen = max(necks, key=lambda name: necks[name])
    if not kind.necks:
        return "open"
    if kind.name == "hoodie":
        return "open" if necks["open"] >= SURELY_BARE else "hood"
    hooded = necks["hood"] >= SURE_HOOD and kind_scores.get("sleeved", 0.0) >= SURE
    if seen in kind.necks or hooded:
        return seen
    return max(kind.necks, key=lambda name: necks[name])


def body_length(at: dict[str, Points]) -> float | None:
    """From armpit to hem over the chest's width; None for what has no armpits or no hem."""
    if "armpit_left" not in at or "hem_left" not in at:
        return None
    chest = max(float(at["armpit_left"][0] - at["armpit_right"][0]), 1.0)
    return float(np.mean([at[f"hem_{hand}"][1] - at[f"armpit_{hand}"][1] for hand in ("left", "right")])) / chest


def leg_length(at: dict[str, Points]) -> float | None:
    """From waistband to leg hem over the waistband's width; None for what has no legs."""
    if "waistband_left" not in at or "crotch" not in at:
        return None
    wide = max(float(at["waistband_left"][0] - at["waistband_right"][0]), 1.0)
    falls = [at[f"leg_outer_{hand}"][1] - at[f"waistband_{hand}"][1] for hand in ("left", "right")]
    return float(np.mean(falls)) / wide


def _legs(at: dict[str, Points], kind: Kind) -> str | None:
    length = leg_length(at)
    if length is None:
        return None
    if kind.name == "shorts" and length > LONGEST_SHORTS:
        return "the legs are too long for shorts: try trousers."
    if kind.name == "trousers" and length < SHORTEST_TROUSERS:
        return "the legs are too short for trousers: try shorts."
    return None


def _neck_and_front(kind: Kind, neck: str, front: str) -> str | None:
    title = kind.title_en.lower()
    if kind.name == "hoodie" and neck == "open":
        return "the photo shows no hood: try knit or t-shirt."
    if neck == "hood" and kind.necks and "hood" not in kind.necks:
        hooded = [name for name, other in all_kinds().items() if "hood" in other.necks and other.shape == kind.shape]
        return f"the photo shows a hood, which {_with_article(title)} does not have: try {' or '.join(hooded)}."
    if front == "open" and not kind.opens:
        return f"the photo shows a front that is open, which {_with_article(title)} does not have."
    return None


def _name_better(group: str, better: tuple[str, ...]) -> str:
    """The likeliest kinds with such an outline, as a half sentence."""
    alike = [name for name, kind in all_kinds().items() if group in kind.groups]
    named = [name for name in better if name in alike] or alike
    return f": try {' or '.join(named[:3])}" if named else ""


def _with_article(title: str) -> str:
    """The title as a sentence says it: `a dress`, but `trousers`."""
    return title if title.endswith(("trousers", "shorts")) else f"a {title}"
