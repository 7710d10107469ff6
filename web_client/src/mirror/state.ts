/** All that the page shows besides the frames themselves. */

import type { Garment } from "../catalogue";
import type { TextKey } from "../i18n";
import type { Sentence, StatusMessage } from "../protocol";
import type { FrameSource, Trouble } from "../source";
import type { Connection } from "../stream";
import type { Figures } from "./meter";
import type { Outfit } from "./outfit";

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
  /** What the visitor wants to wear. */
  readonly outfit: Outfit;
  /** The kind that the rail shows alone. */
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

/** The garments on the rail: all, or those of one kind. */
export function shownGarments({ garments, kind }: MirrorState): readonly Garment[] | undefined {
  const chosen = garments?.filter((garment) => kind === undefined || garment.kind === kind);
  return chosen?.length === 0 ? garments : chosen;
}
