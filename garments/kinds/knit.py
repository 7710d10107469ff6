"""Knits: jumpers, cardigans, sweatshirts and fine knitted tops with sleeves."""

from garments.kinds.kind import NO_HOOD, OPENING_LANDMARKS, SLEEVED_SIZES, Kind

KIND = Kind(
    name="knit",
    title_en="Knit",
    title_ko="니트",
    shape="top",
    landmarks=OPENING_LANDMARKS,
    ease=0.12,
    groups=("sleeved",),
    necks=NO_HOOD,
    sizes=SLEEVED_SIZES,
    layer=40,
    length_m=(0.42, 0.8),
    opens=True,
)
