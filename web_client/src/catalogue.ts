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

/** The shop's clothes in the order of its rail. */
export async function fetchGarments(): Promise<readonly Garment[]> {
  const answer = await fetch("/api/garments");
  if (!answer.ok) throw new Error(`/api/garments answered ${answer.status}`);
  const catalogue = (await answer.json()) as { readonly garments: readonly Garment[] };
  return catalogue.garments;
}
