/** What is worn at once: what a piece takes the place of, and how each piece may be worn. */

import type { Garment, ShopOutfit } from "../catalogue";
import type { Wish, WornGarment } from "../protocol";

export type Outfit = readonly Wish[];

/** From this layer on a piece is worn over everything else. */
const OUTER_LAYER = 50;
const MIDDLE_LAYER = 40;
const SHIRT_LAYER = 30;

/** The places that a piece takes on the body; two pieces that share one are not worn together. */
export function placesOf(garment: Garment): readonly string[] {
  if (garment.layer >= OUTER_LAYER) return [garment.kind];
  if (!garment.covers.includes("upper")) return ["lower"];
  if (garment.covers.includes("lower")) return ["lower", "base", "shirt"];
  if (garment.layer >= MIDDLE_LAYER) return ["middle"];
  return [garment.layer >= SHIRT_LAYER ? "shirt" : "base"];
}

export function isWorn(outfit: Outfit, id: string): boolean {
  return outfit.some((wish) => wish.id === id);
}

/** The outfit with the piece on, in place of whatever was there. */
export function putOn(outfit: Outfit, garment: Garment, garments: readonly Garment[]): Outfit {
  const taken = placesOf(garment);
  const keeps = (wish: Wish) => {
    const other = garments.find((one) => one.id === wish.id);
    return other !== undefined && other.id !== garment.id && !placesOf(other).some((place) => taken.includes(place));
  };
  return untuck([...outfit.filter(keeps), { id: garment.id }], garments);
}

/** The same piece in each of its colours, as the shop orders them. */
export function coloursOf(garment: Garment, garments: readonly Garment[]): readonly Garment[] {
  const { group, kind, colour } = garment;
  if (group === null || colour === null) return [garment];
  return garments.filter((other) => other.group === group && other.kind === kind && other.colour !== null);
}

/** The outfit with the piece in this colour: a worn one changes and is worn as it was, else it is put on. */
export function wearColour(outfit: Outfit, garment: Garment, garments: readonly Garment[]): Outfit {
  const colours = coloursOf(garment, garments);
  const worn = outfit.find((wish) => colours.some((one) => one.id === wish.id));
  if (worn === undefined) return putOn(outfit, garment, garments);
  return outfit.map((wish) => (wish === worn ? { ...wish, id: garment.id } : wish));
}

/** What the shop shows together, each piece as its photo shows it. */
export function outfitOf(shown: ShopOutfit): Outfit {
  return shown.garments.map((id) => ({ id }));
}

/** Whether these are worn and nothing else. */
export function isWhole(outfit: Outfit, shown: ShopOutfit): boolean {
  return outfit.length === shown.garments.length && shown.garments.every((id) => isWorn(outfit, id));
}

/** The outfit without the piece. */
export function takeOff(outfit: Outfit, id: string, garments: readonly Garment[]): Outfit {
  return untuck(
    outfit.filter((wish) => wish.id !== id),
    garments,
  );
}

/** The outfit with one piece worn open, closed, tucked in or hanging out. */
export function change(outfit: Outfit, id: string, how: Partial<Omit<Wish, "id">>): Outfit {
  return outfit.map((wish) => (wish.id === id ? { ...wish, ...how } : wish));
}

/** Whether the piece can be tucked into something that is worn. */
export function canTuck(garment: Garment, outfit: Outfit, garments: readonly Garment[]): boolean {
  const isTop = garment.layer < OUTER_LAYER && !garment.covers.includes("lower");
  return isTop && hasWaistband(outfit, garments);
}

/** Whether the server wears exactly these. */
export function isAgreed(outfit: Outfit, worn: readonly WornGarment[]): boolean {
  return outfit.length === worn.length && worn.every((one) => isWorn(outfit, one.id));
}

/** What the server wears, as a wish. */
export function wishOf({ id, open, tucked }: WornGarment): Wish {
  return { id, ...(open === null ? {} : { open }), ...(tucked ? { tucked } : {}) };
}

function hasWaistband(outfit: Outfit, garments: readonly Garment[]): boolean {
  return garments.some((one) => isWorn(outfit, one.id) && one.layer < OUTER_LAYER && !one.covers.includes("upper"));
}

/** Without trousers and skirt there is nothing to be tucked into. */
function untuck(outfit: Outfit, garments: readonly Garment[]): Outfit {
  if (hasWaistband(outfit, garments)) return outfit;
  return outfit.map(({ tucked: _, ...wish }) => wish);
}
