"""Trousers: jeans, chinos, leggings, wide trousers, to below the knee."""

from garments.kinds.kind import TROUSERS_LANDMARKS, TROUSERS_SIZES, Kind

KIND = Kind(
    name="trousers",
    title_en="Trousers",
    title_ko="바지",
    shape="trousers",
    landmarks=TROUSERS_LANDMARKS,
    ease=0.06,
    groups=("trousers",),
    necks=(),
    sizes=TROUSERS_SIZES,
    layer=10,
    length_m=(0.75, 1.12),
)
