"""Vests worn over a shirt or a knit: waistcoats, knitted and padded vests."""

from garments.kinds.kind import ANY_NECK, OPENING_LANDMARKS, TOP_SIZES, Kind

KIND = Kind(
    name="vest",
    title_en="Vest",
    title_ko="조끼",
    shape="top",
    landmarks=OPENING_LANDMARKS,
    ease=0.14,
    groups=("sleeveless",),
    necks=ANY_NECK,
    sizes=TOP_SIZES,
    layer=50,
    length_m=(0.42, 0.8),
    opens=True,
)
