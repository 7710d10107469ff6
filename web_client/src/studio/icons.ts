/** The few signs of the studio, drawn in lines. */

import { svg, type TemplateResult } from "lit";

function icon(shape: TemplateResult): TemplateResult {
  return svg`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true">${shape}</svg>`;
}

export const addIcon = icon(svg`<path d="M12 16V4.5M7.5 9L12 4.5 16.5 9M4.5 15.5v4h15v-4" />`);
export const folderIcon = icon(svg`<path d="M3.5 6h6l2 2.5h9v10h-17z" />`);
export const backIcon = icon(svg`<path d="M14.5 5L7.5 12l7 7" />`);
export const undoIcon = icon(svg`<path d="M8.5 5L4.5 9l4 4M4.5 9H14a5.5 5.5 0 0 1 0 11h-3" />`);
export const againIcon = icon(svg`<path d="M19 12a7 7 0 1 1-2.2-5.1M19 3.5V8h-4.5" />`);
export const binIcon = icon(svg`<path d="M4.5 7h15M9.5 7V4.5h5V7M6.5 7l1 12.5h9l1-12.5M10 10.5v6M14 10.5v6" />`);
export const pauseIcon = icon(svg`<path d="M8.5 5.5v13M15.5 5.5v13" />`);
export const playIcon = icon(svg`<path d="M8 5l10.5 7L8 19z" />`);
export const meshIcon = icon(svg`<path d="M12 3.5l7.5 4.2v8.6L12 20.5l-7.5-4.2V7.7zM12 12v8.5M12 12l7.5-4.3M12 12L4.5 7.7" />`);
