"""Shorts: two legs that end at the knee or above."""

from garments.kinds.kind import TROUSERS_LANDMARKS, TROUSERS_SIZES, Kind

KIND = Kind(
    name="shorts",
    title_en="Shorts",
    title_ko="반바지",
    shape="trousers",
    landmarks=TROUSERS_LANDMARKS,
    ease=0.10,
    groups=("trousers",),
    necks=(),
    sizes=TROUSERS_SIZES,
    layer=10,
    length_m=(0.25, 0.62),
)
