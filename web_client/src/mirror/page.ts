/** The page around the glass: hints, ways forward, buttons, figures and the rail. */

import { html, nothing, type TemplateResult } from "lit";
import { type Language, say, type TextKey } from "../i18n";
import type { Trouble } from "../source";
import { cameraIcon, personIcon, pictureIcon } from "./icons";
import type { Outfit } from "./outfit";
import { rail } from "./rail";
import { type Hint, hintOf, type MirrorState, type Notice, shownGarments } from "./state";

/** What the visitor can do. */
export interface Actions {
  wear(outfit: Outfit): void;
  showKind(kind: string | undefined): void;
  useCamera(): void;
  chooseFile(): void;
  useDemo(): void;
  takeSnapshot(): void;
  retryNow(): void;
}

interface Props {
  readonly state: MirrorState;
  readonly language: Language;
  readonly actions: Actions;
  readonly t: (key: TextKey, values?: Readonly<Record<string, string>>) => string;
}

/** Everything but the canvas. */
export function page(state: MirrorState, language: Language, actions: Actions): TemplateResult {
  const props: Props = { state, language, actions, t: (key, values) => say(language, key, values) };
  return html`
    <h1 class="unseen">${props.t("page_title")}</h1>
    <div class="hints" role="status" aria-live="polite">${hint(hintOf(state), props)}</div>
    ${state.readoutShown ? readout(props) : nothing}
    ${state.scene.kind === "showing" ? toolbar(props) : doors(props)}
    ${rail({ ...props, shown: shownGarments(state), wear: (outfit) => actions.wear(outfit), showKind: (kind) => actions.showKind(kind) })}
  `;
}

function hint(shown: Hint | undefined, { t, language, actions }: Props): TemplateResult | typeof nothing {
  if (shown === undefined) return nothing;
  if (shown.kind === "notice") return html`<p class="hint">${noticeText(shown.notice, language, t)}</p>`;
  if (shown.kind !== "server_lost") return html`<p class="hint">${t(shown.kind)}</p>`;
  return html`<p class="hint">
    ${t("server_lost")} <button class="link" @click=${() => actions.retryNow()}>${t("retry_now")}</button>
  </p>`;
}

function noticeText(notice: Notice, language: Language, t: Props["t"]): string {
  return notice.kind === "server" ? notice.sentence[language] : t(notice.key, notice.values);
}

function toolbar({ state, actions, t }: Props): TemplateResult {
  const onCamera = state.scene.kind === "showing" && state.scene.source.kind === "camera";
  return html`<div class="toolbar">
    <span class="side">
      ${onCamera ? nothing : roundButton("use_camera", cameraIcon, () => actions.useCamera(), t)}
    </span>
    <button class="shutter" aria-label=${t("snapshot")} title=${t("snapshot")} @click=${() => actions.takeSnapshot()}></button>
    <span class="side">${roundButton("choose_file", pictureIcon, () => actions.chooseFile(), t)}</span>
  </div>`;
}

function roundButton(key: TextKey, icon: TemplateResult, act: () => void, t: Props["t"]): TemplateResult {
  return html`<button class="round" aria-label=${t(key)} title=${t(key)} @click=${act}>${icon}</button>`;
}

/** The ways in, while nothing stands before the mirror: one card that says what is the matter and what can be done. */
function doors({ state, actions, t }: Props): TemplateResult {
  const matter: Trouble | "asking" = state.scene.kind === "trouble" ? state.scene.trouble : "asking";
  const camera =
    matter === "asking" || matter === "insecure"
      ? nothing
      : html`<button class="door first" @click=${() => actions.useCamera()}>${cameraIcon}${t("try_camera")}</button>`;
  return html`<section class="doors ${matter}" aria-labelledby="matter">
    <h2 id="matter">${t(`${matter}_title`)}</h2>
    <p>${t(`${matter}_body`)}</p>
    ${camera}
    <button class="door" @click=${() => actions.chooseFile()}>${pictureIcon}${t("choose_file")}</button>
    <button class="door" @click=${() => actions.useDemo()}>${personIcon}${t("use_demo")}</button>
  </section>`;
}

function readout({ state, t }: Props): TemplateResult {
  const { figures, status, connection, frameSize } = state;
  const stages = Object.entries(status?.stageMs ?? {});
  return html`<dl class="readout" aria-label=${t("readout_label")}>
    ${figure(t("readout_fps"), figures?.fps.toFixed(1))} ${figure(t("readout_latency"), ms(figures?.latencyMs))}
    ${figure(t("readout_frame"), frameSize || undefined)} ${figure(t("readout_dropped"), status?.dropped.toString())}
    ${figure(t("readout_connection"), t(`connection_${connection}`))}
    ${stages.map(([stage, value]) => figure(stage, ms(value)))}
  </dl>`;
}

function figure(name: string, value: string | undefined): TemplateResult {
  return html`<dt>${name}</dt><dd>${value ?? "–"}</dd>`;
}

function ms(value: number | undefined): string | undefined {
  return value === undefined ? undefined : `${value.toFixed(value < 10 ? 1 : 0)} ms`;
}
