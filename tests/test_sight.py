"""What is known of cloth and body on cells: where a sleeve goes round an arm, seen or hidden."""

import numpy as np

from fitting.occlude import own_top
from fitting.sight import LOWER_LEFT, NO_PART, TRUNK, UPPER_LEFT, Sight, find_sleeved

FOREARM = {(UPPER_LEFT, LOWER_LEFT): np.array([[5, 10], [5, 30]], np.float32)}
"""From the elbow straight down to the wrist."""


def hanging_arm():
    """An arm beside the trunk, the inner half of its sleeve hidden by the trunk's cloth."""
    body, cloth = (np.full((40, 12), NO_PART, np.int8) for _ in range(2))
    body[2:10, 4:8], body[10:32, 4:8] = UPPER_LEFT, LOWER_LEFT
    cloth[2:20, 4:6], cloth[2:20, 6:12] = LOWER_LEFT, TRUNK
    return cloth, body


def test_an_arm_is_sleeved_up_to_the_cuff_also_where_the_trunk_hides_the_sleeve():
    cloth, body = hanging_arm()
    sleeved = find_sleeved(cloth, body, FOREARM, 5.0)
    assert sleeved[2:17, 4:8].all(), "upper arm and sleeved forearm, seen or hidden"
    assert not sleeved[21:].any(), "what comes out of the cuff is bare"
    assert not sleeved[:, 8:].any(), "where no arm is there is no sleeved arm"


def test_no_sleeve_is_guessed_where_none_is_seen_or_the_forearm_points_at_the_camera():
    cloth, body = hanging_arm()
    short = np.where(cloth == LOWER_LEFT, np.int8(TRUNK), cloth)
    assert not find_sleeved(short, body, FOREARM, 5.0).any()
    assert not find_sleeved(cloth, body, FOREARM, 25.0).any()


def waist(probability):
    """Cloth from row 10 down over a trunk, and a parse that sees the shopper's own top as far as row 15."""
    body = np.full((20, 12), TRUNK, np.int8)
    cloth = np.full((20, 12), NO_PART, np.int8)
    cloth[10:] = TRUNK
    low, none = cloth == TRUNK, np.zeros((20, 12), np.bool_)
    top = np.full((20, 12), 0.45, np.float32)
    top[:15] = probability
    depth = np.zeros((20, 12), np.float32)
    return Sight(depth, cloth, depth, body, low, low, none, none, np.zeros(1, np.bool_), 300.0, 4), top


def test_a_top_that_is_surely_seen_hangs_over_what_is_worn_from_the_waist():
    sight, top = waist(0.9)
    over = own_top(sight, top)
    assert (over[10:15] == np.float32(0.9)).all() and (over[:10] == 0).all()
    assert (over[17:] == 0).all(), "a guess further down is no top"


def test_a_top_that_the_parse_is_not_sure_of_lays_no_haze_over_new_trousers():
    sight, top = waist(0.6)
    assert (own_top(sight, top) == 0).all()
