/** All that the page shows besides the frames themselves. */

import type { Garment, ShopOutfit } from "../catalogue";
import type { TextKey } from "../i18n";
import type { Sentence, StatusMessage } from "../protocol";
import type { FrameSource, Trouble } from "../source";
import type { Connection } from "../stream";
import type { Figures } from "./meter";
import { coloursOf, isWorn, type Outfit } from "./outfit";

/** What stands before the mirror. */
export type Scene =
  | { readonly kind: "asking" }
  | { readonly kind: "trouble"; readonly trouble: Trouble }
  | { readonly kind: "showing"; readonly source: FrameSource };

/** A sentence for a few seconds: the server's own, or one of ours. */
export type Notice =
  | { readonly kind: "server"; readonly sentence: Sentence }
  | { readonly kind: "page"; readonly key: TextKey; readonly values: Readonly<Record<string, string>> };

export interface MirrorState {
  readonly scene: Scene;
  /** Undefined until the server has told. */
  readonly garments: readonly Garment[] | undefined;
  /** What the shop shows together. */
  readonly outfits: readonly ShopOutfit[];
  /** What the visitor wants to wear. */
  readonly outfit: Outfit;
  /** The kind that the rail shows alone, or `OUTFITS`. */
  readonly kind: string | undefined;
  /** Whether the visitor has picked anything yet. */
  readonly picked: boolean;
  readonly connection: Connection;
  /** The connection has been away long enough to say so. */
  readonly serverMissed: boolean;
  /** Nobody has been in view for long enough to say so. */
  readonly personMissed: boolean;
  readonly notice: Notice | undefined;
  readonly status: StatusMessage | undefined;
  readonly readoutShown: boolean;
  readonly figures: Figures | undefined;
  readonly frameSize: string;
}

export const FIRST_STATE: MirrorState = {
  scene: { kind: "asking" },
  garments: undefined,
  outfits: [],
  outfit: [],
  kind: undefined,
  picked: false,
  connection: "connecting",
  serverMissed: false,
  personMissed: false,
  notice: undefined,
  status: undefined,
  readoutShown: false,
  figures: undefined,
  frameSize: "",
};

/** What the top of the glass says, the most pressing first. */
export type Hint =
  | { readonly kind: "notice"; readonly notice: Notice }
  | { readonly kind: "server_lost" }
  | { readonly kind: "no_person" | "no_person_in_file" | "pick_hint" };

/** The one hint to show, if any. */
export function hintOf(state: MirrorState): Hint | undefined {
  if (state.notice !== undefined) return { kind: "notice", notice: state.notice };
  if (state.serverMissed) return { kind: "server_lost" };
  if (state.scene.kind !== "showing") return undefined;
  if (state.personMissed && state.outfit.length > 0) {
    return { kind: state.scene.source.kind === "camera" ? "no_person" : "no_person_in_file" };
  }
  return state.picked || !state.garments?.length ? undefined : { kind: "pick_hint" };
}

/** What stands in the place of a kind when the rail shows outfits. */
export const OUTFITS = "outfits";

/** The outfits that hang on the rail in place of garments. */
export function shownOutfits({ outfits, kind }: MirrorState): readonly ShopOutfit[] {
  return kind === OUTFITS ? outfits : [];
}

/** The garments on the rail: all, or those of one kind; of one in several colours the worn one, else the first. */
export function shownGarments(state: MirrorState): readonly Garment[] | undefined {
  const { garments, kind, outfit } = state;
  if (shownOutfits(state).length > 0) return [];
  const chosen = garments?.filter((garment) => kind === undefined || garment.kind === kind);
  const shown = chosen?.length === 0 ? garments : chosen;
  return shown?.filter((garment) => {
    const colours = coloursOf(garment, shown);
    return garment === (colours.find((one) => isWorn(outfit, one.id)) ?? colours[0]);
  });
}
