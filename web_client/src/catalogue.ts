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
}

interface Catalogue {
  readonly garments: readonly Garment[];
}

let last: { readonly tag: string | null; readonly garments: readonly Garment[] } | undefined;

/** The shop's clothes in the order of its rail; the very same list as before while nothing has changed. */
export async function fetchGarments(): Promise<readonly Garment[]> {
  const answer = await fetch("/api/garments", { cache: "no-cache" });
  if (!answer.ok) throw new Error(`/api/garments answered ${answer.status}`);
  const tag = answer.headers.get("ETag");
  if (last === undefined || tag === null || tag !== last.tag) {
    last = { tag, garments: ((await answer.json()) as Catalogue).garments };
  }
  return last.garments;
}
