/** The clothes that the shop offers. */

import type { Sentence } from "./protocol";

export interface Garment {
  readonly id: string;
  readonly kind: string;
  readonly title: Sentence;
  /** Address of the product photo. */
  readonly photo: string;
}

/** The shop's clothes in the order of its rail. */
export async function fetchGarments(): Promise<readonly Garment[]> {
  const answer = await fetch("/api/garments");
  if (!answer.ok) throw new Error(`/api/garments answered ${answer.status}`);
  const catalogue = (await answer.json()) as { readonly garments: readonly Garment[] };
  return catalogue.garments;
}
