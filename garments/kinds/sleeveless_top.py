"""Sleeveless tops: tank tops, camisoles, halter necks."""

from garments.kinds.kind import NO_HOOD, TOP_LANDMARKS, TOP_SIZES, Kind

KIND = Kind(
    name="sleeveless-top",
    title_en="Sleeveless top",
    title_ko="민소매 상의",
    shape="top",
    landmarks=TOP_LANDMARKS,
    ease=0.06,
    groups=("sleeveless",),
    necks=NO_HOOD,
    sizes=TOP_SIZES,
    layer=20,
    length_m=(0.38, 0.75),
)
