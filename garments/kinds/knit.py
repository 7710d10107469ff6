"""Knits: jumpers, cardigans and fine knitted tops with sleeves."""

from garments.kinds.kind import SLEEVED_SIZES, TOP_LANDMARKS, Kind

KIND = Kind(
    name="knit",
    title_en="Knit",
    title_ko="니트",
    landmarks=TOP_LANDMARKS,
    ease=0.12,
    groups=("sleeved",),
    sizes=SLEEVED_SIZES,
)
