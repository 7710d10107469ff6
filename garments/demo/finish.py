"""All that finishes a piece, in the order in which it is sewn on."""

from garments.demo.trim import Finish, Layers, Places, Trim, add_seams_and_bands
from garments.demo.trim_lower import drawstrings, finish_lower, flap_pockets, kangaroo_pocket, zip_front


def finish(places: Places, trim: Trim) -> Finish:
    """What the trims add to the cloth."""
    layers = Layers(places)
    add_seams_and_bands(layers, trim)
    finish_lower(layers, trim)
    if trim.flaps_m:
        flap_pockets(layers, trim)
    if trim.zip_m:
        zip_front(layers, trim)
    if trim.pouch_m:
        kangaroo_pocket(layers, trim)
    if trim.cords_m:
        drawstrings(layers, trim)
    return layers.done()
