/** The rail of clothes: one large button a piece. */

import { html, nothing, type TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";
import type { Garment } from "../catalogue";
import type { Language, TextKey } from "../i18n";
import { hangerIcon, tickIcon } from "./icons";

export interface RailProps {
  readonly garments: readonly Garment[] | undefined;
  readonly worn: string | undefined;
  readonly language: Language;
  readonly t: (key: TextKey) => string;
  readonly wear: (id: string | undefined) => void;
}

const GHOSTS = [0, 1, 2, 3, 4, 5];

/** The rail, whatever is on it. */
export function rail(props: RailProps): TemplateResult {
  const { garments, t } = props;
  return html`<section class="rail" aria-label=${t("rail_label")} aria-busy=${garments === undefined}>
    ${garments === undefined ? ghosts(t) : garments.length === 0 ? empty(t) : cards(garments, props)}
  </section>`;
}

function cards(garments: readonly Garment[], props: RailProps): TemplateResult {
  return html`<ul class="cards">
    <li>${takeOffCard(props)}</li>
    ${repeat(
      garments,
      (garment) => garment.id,
      (garment, place) => html`<li>${garmentCard(garment, place, props)}</li>`,
    )}
  </ul>`;
}

function takeOffCard({ worn, t, wear }: RailProps): TemplateResult {
  return html`<button class="card bare" data-card aria-disabled=${worn === undefined} @click=${() => wear(undefined)}>
    <span class="photo">${hangerIcon}</span>
    <span class="title">${t("take_off")}</span>
    <kbd aria-hidden="true">0</kbd>
  </button>`;
}

function garmentCard(garment: Garment, place: number, { worn, language, wear }: RailProps): TemplateResult {
  const isWorn = garment.id === worn;
  return html`<button
    class="card"
    data-card
    data-garment=${garment.id}
    aria-pressed=${isWorn}
    @click=${() => wear(isWorn ? undefined : garment.id)}
  >
    <span class="photo"><img src=${garment.photo} alt="" loading="lazy" draggable="false" /></span>
    <span class="title">${garment.title[language]}</span>
    ${place < 9 ? html`<kbd aria-hidden="true">${place + 1}</kbd>` : nothing}
    <span class="tick">${tickIcon}</span>
  </button>`;
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
