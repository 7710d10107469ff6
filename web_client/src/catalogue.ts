/** The clothes that the shop offers. */

import type { Sentence } from "./protocol";

export interface Garment {
  readonly id: string;
  readonly kind: string;
  readonly kind_title: Sentence;
  /** Which of `upper` and `lower` it dresses. */
  readonly covers: readonly string[];
  /** Its place from the skin outwards. */
  readonly layer: number;
  /** Whether its kind can be worn open in front. */
  readonly opens: boolean;
  readonly title: Sentence;
  /** Address of the product photo. */
  readonly photo: string;
  /** Garments of one group are one piece in several colours. */
  readonly group: string | null;
  readonly colour: Colour | null;
}

/** A colour's name and how it looks. */
export interface Colour extends Sentence {
  /** `#rrggbb` */
  readonly hex: string;
}

/** Garments that the shop shows together. */
export interface ShopOutfit {
  readonly id: string;
  readonly title: Sentence;
  /** Their ids. */
  readonly garments: readonly string[];
}

export interface Catalogue {
  /** In the order of the rail. */
  readonly garments: readonly Garment[];
  readonly outfits: readonly ShopOutfit[];
}

let last: { readonly tag: string | null; readonly catalogue: Catalogue } | undefined;

/** What the shop offers; the very same object as before while nothing has changed. */
export async function fetchCatalogue(): Promise<Catalogue> {
  const answer = await fetch("/api/garments", { cache: "no-cache" });
  if (!answer.ok) throw new Error(`/api/garments answered ${answer.status}`);
  const tag = answer.headers.get("ETag");
  if (last === undefined || tag === null || tag !== last.tag) {
    last = { tag, catalogue: (await answer.json()) as Catalogue };
  }
  return last.catalogue;
}
