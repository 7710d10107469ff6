/** What is worn: a chip a piece, with the ways in which it may be worn. */

import { html, nothing, type TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";
import type { Garment } from "../catalogue";
import { crossIcon } from "./icons";
import { canTuck, change, takeOff } from "./outfit";
import type { RailProps } from "./rail";

/** The chips, the outermost piece first; nothing while nothing is worn. */
export function wornPieces(props: RailProps): TemplateResult | typeof nothing {
  const { outfit, garments = [] } = props.state;
  const pieces = outfit.flatMap(({ id }) => garments.filter((garment) => garment.id === id));
  if (pieces.length === 0) return nothing;
  const outermostFirst = [...pieces].sort((a, b) => b.layer - a.layer);
  return html`<ul class="worn" aria-label=${props.t("worn_label")}>
    ${repeat(
      outermostFirst,
      (garment) => garment.id,
      (garment) => html`<li class="piece">${chip(garment, props)}</li>`,
    )}
  </ul>`;
}

function chip(garment: Garment, props: RailProps): TemplateResult {
  const { state, language, t, wear } = props;
  const { outfit, garments = [] } = state;
  const name = garment.title[language];
  const off = () => wear(takeOff(outfit, garment.id, garments));
  return html`<img src=${garment.photo} alt="" draggable="false" />
    <span class="name">${name}</span>
    <span class="switches">${openSwitch(garment, props)}${tuckSwitch(garment, props)}</span>
    <button class="off" aria-label=${t("take_off", { name })} title=${t("take_off", { name })} @click=${off}>${crossIcon}</button>`;
}

/** Open or closed, for what the server says can be either. */
function openSwitch({ id }: Garment, { state, t, wear }: RailProps): TemplateResult | typeof nothing {
  const worn = state.status?.worn.find((one) => one.id === id)?.open;
  if (worn === undefined || worn === null) return nothing;
  const open = state.outfit.find((wish) => wish.id === id)?.open ?? worn;
  return toggle(t("worn_open"), open, () => wear(change(state.outfit, id, { open: !open })));
}

/** Tucked in or hanging out, for a top over trousers or a skirt. */
function tuckSwitch(garment: Garment, { state, t, wear }: RailProps): TemplateResult | typeof nothing {
  const { outfit, garments = [] } = state;
  if (!canTuck(garment, outfit, garments)) return nothing;
  const tucked = outfit.find((wish) => wish.id === garment.id)?.tucked === true;
  return toggle(t("worn_tucked"), tucked, () => wear(change(outfit, garment.id, { tucked: !tucked })));
}

function toggle(label: string, on: boolean, turn: () => void): TemplateResult {
  return html`<button class="switch" role="switch" aria-checked=${on} @click=${turn}>${label}</button>`;
}
