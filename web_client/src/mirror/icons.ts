/** The few signs on the buttons, drawn in lines. */

import { svg, type TemplateResult } from "lit";

function icon(shape: TemplateResult): TemplateResult {
  return svg`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true">${shape}</svg>`;
}

export const cameraIcon = icon(
  svg`<path d="M4 8.5h3.2L9 6h6l1.8 2.5H20V19H4z" /><circle cx="12" cy="13.4" r="3.4" />`,
);
export const pictureIcon = icon(
  svg`<rect x="4" y="5" width="16" height="14" rx="2.5" /><circle cx="9" cy="10" r="1.6" /><path d="M5 17.5l5-4 3 2.4 3-3.2 4 4" />`,
);
export const personIcon = icon(
  svg`<circle cx="12" cy="7.5" r="3.5" /><path d="M5 20c.6-4.6 3-7 7-7s6.4 2.4 7 7" />`,
);
export const hangerIcon = icon(
  svg`<path d="M10 7.2a2 2 0 1 1 3 1.7c-.7.4-1 .8-1 1.6v.7L3.8 16.6c-1.3.9-.8 2.4.7 2.4h15c1.5 0 2-1.5.7-2.4L12 11.2" />`,
);
export const crossIcon = icon(svg`<path d="M7 7l10 10M17 7L7 17" />`);
export const tickIcon = icon(svg`<path d="M5.5 12.5l4.3 4.3 8.7-9" />`);
