"""Sleeveless tops: vests, tank tops, camisoles, halter necks."""

from garments.kinds.kind import TOP_LANDMARKS, TOP_SIZES, Kind

KIND = Kind(
    name="sleeveless-top",
    title_en="Sleeveless top",
    title_ko="민소매 상의",
    landmarks=TOP_LANDMARKS,
    ease=0.06,
    groups=("sleeveless",),
    sizes=TOP_SIZES,
)
