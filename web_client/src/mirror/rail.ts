/** The rail of clothes: what is worn, the kinds, and one large button a piece. */

import { html, nothing, type TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";
import { styleMap } from "lit/directives/style-map.js";
import type { Garment, ShopOutfit } from "../catalogue";
import type { Language, TextKey } from "../i18n";
import type { Sentence } from "../protocol";
import { hangerIcon, tickIcon } from "./icons";
import { coloursOf, isWhole, isWorn, type Outfit, outfitOf, putOn, takeOff, wearColour } from "./outfit";
import { type MirrorState, OUTFITS, shownOutfits } from "./state";
import { wornPieces } from "./worn";

export interface RailProps {
  readonly state: MirrorState;
  /** What hangs on the rail; undefined until the server has told. */
  readonly shown: readonly Garment[] | undefined;
  readonly language: Language;
  readonly t: (key: TextKey, values?: Readonly<Record<string, string>>) => string;
  readonly wear: (outfit: Outfit) => void;
  readonly showKind: (kind: string | undefined) => void;
}

const GHOSTS = [0, 1, 2, 3, 4, 5];
/** Fewer kinds than this need no choice among them. */
const KINDS_LEAST = 3;

/** The rail, whatever is on it. */
export function rail(props: RailProps): TemplateResult {
  const { shown, t } = props;
  return html`<section class="rail" aria-label=${t("rail_label")} aria-busy=${shown === undefined}>
    ${wornPieces(props)} ${kinds(props)}
    ${shown === undefined ? ghosts(t) : isBare(shown, props.state) ? empty(t) : cards(shown, props)}
  </section>`;
}

/** The kinds that hang on the rail, from the skin outwards. */
export function kindsOf(garments: readonly Garment[]): readonly { readonly kind: string; readonly title: Sentence }[] {
  const firsts = garments.filter((one, place) => garments.findIndex((other) => other.kind === one.kind) === place);
  return [...firsts].sort((a, b) => a.layer - b.layer).map((one) => ({ kind: one.kind, title: one.kind_title }));
}

function kinds(props: RailProps): TemplateResult | typeof nothing {
  const { state, t, language } = props;
  const there = kindsOf(state.garments ?? []);
  if (there.length < KINDS_LEAST) return nothing;
  return html`<div class="kinds" role="group" aria-label=${t("kinds_label")}>
    ${kindChip(undefined, t("all_kinds"), props)}
    ${state.outfits.length > 0 ? kindChip(OUTFITS, t("outfits"), props) : nothing}
    ${there.map((one) => kindChip(one.kind, one.title[language], props))}
  </div>`;
}

function kindChip(kind: string | undefined, title: string, { state, showKind }: RailProps): TemplateResult {
  return html`<button class="chip" aria-pressed=${state.kind === kind} @click=${() => showKind(kind)}>${title}</button>`;
}

function cards(shown: readonly Garment[], props: RailProps): TemplateResult {
  return html`<ul class="cards">
    <li>${takeOffCard(props)}</li>
    ${shownOutfits(props.state).map((one, place) => html`<li>${outfitCard(one, place, props)}</li>`)}
    ${repeat(
      shown,
      // The same through all colours, so that a swatch keeps the focus.
      (garment) => coloursOf(garment, props.state.garments ?? [])[0]?.id,
      (garment, place) => html`<li>${garmentCard(garment, place, props)} ${swatches(garment, props)}</li>`,
    )}
  </ul>`;
}

function takeOffCard({ state, t, wear }: RailProps): TemplateResult {
  return html`<button
    class="card bare"
    data-card
    aria-disabled=${state.outfit.length === 0}
    @click=${() => wear([])}
  >
    <span class="photo">${hangerIcon}</span>
    <span class="title">${t("take_all_off")}</span>
    <kbd aria-hidden="true">0</kbd>
  </button>`;
}

function garmentCard(garment: Garment, place: number, { state, language, wear }: RailProps): TemplateResult {
  const { outfit, garments = [] } = state;
  const worn = isWorn(outfit, garment.id);
  const next = () => (worn ? takeOff(outfit, garment.id, garments) : putOn(outfit, garment, garments));
  return html`<button
    class="card"
    data-card
    data-garment=${garment.id}
    aria-pressed=${worn}
    @click=${() => wear(next())}
  >
    <span class="photo"><img src=${garment.photo} alt="" loading="lazy" draggable="false" /></span>
    <span class="title">${garment.title[language]}</span>
    ${place < 9 ? html`<kbd aria-hidden="true">${place + 1}</kbd>` : nothing}
    <span class="tick">${tickIcon}</span>
  </button>`;
}

/** A round swatch for each colour of a piece, if it has several. */
function swatches(garment: Garment, { state, language, t, wear }: RailProps): TemplateResult | typeof nothing {
  const { outfit, garments = [] } = state;
  const colours = coloursOf(garment, garments);
  if (colours.length < 2) return nothing;
  return html`<div class="swatches" role="group" aria-label=${t("colours_label", { name: garment.title[language] })}>
    ${colours.map(
      (one) => html`<button
        class="swatch"
        data-colour=${one.id}
        style=${styleMap({ "--cloth": one.colour?.hex })}
        aria-label=${one.colour?.[language] ?? ""}
        title=${one.colour?.[language] ?? ""}
        aria-pressed=${isWorn(outfit, one.id)}
        @click=${() => wear(wearColour(outfit, one, garments))}
      ></button>`,
    )}
  </div>`;
}

/** Several pieces at one tap, on one card. */
function outfitCard(shown: ShopOutfit, place: number, { state, language, wear }: RailProps): TemplateResult {
  const { outfit, garments = [] } = state;
  const worn = isWhole(outfit, shown);
  const pieces = shown.garments.flatMap((id) => garments.filter((one) => one.id === id));
  return html`<button
    class="card"
    data-card
    data-outfit=${shown.id}
    aria-pressed=${worn}
    @click=${() => wear(worn ? [] : outfitOf(shown))}
  >
    <span class="photo several">
      ${pieces.slice(0, 4).map((one) => html`<img src=${one.photo} alt="" loading="lazy" draggable="false" />`)}
    </span>
    <span class="title">${shown.title[language]}</span>
    ${place < 9 ? html`<kbd aria-hidden="true">${place + 1}</kbd>` : nothing}
    <span class="tick">${tickIcon}</span>
  </button>`;
}

function isBare(shown: readonly Garment[], state: MirrorState): boolean {
  return shown.length === 0 && shownOutfits(state).length === 0;
}

function ghosts(t: RailProps["t"]): TemplateResult {
  return html`<p class="unseen">${t("rail_loading")}</p>
    <ul class="cards" aria-hidden="true">
      ${GHOSTS.map(() => html`<li><div class="card ghost"><span class="photo"></span><span class="title"></span></div></li>`)}
    </ul>`;
}

function empty(t: RailProps["t"]): TemplateResult {
  return html`<p class="nothing">${t("rail_empty")}</p>`;
}
