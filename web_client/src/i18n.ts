/** Every sentence of the pages, in each language, and the choice between them. */

const en = {
  page_title: "Geoul, the fitting mirror",
  glass_label: "Mirror: you, in the piece you picked",
  rail_label: "Clothes",
  rail_loading: "Fetching the clothes",
  rail_empty: "No clothes on the rail yet. Please ask a member of staff.",
  kinds_label: "Kinds of clothes",
  all_kinds: "All",
  outfits: "Outfits",
  colours_label: "Colours of {name}",
  take_all_off: "Take all off",
  take_off: "Take off {name}",
  worn_label: "What you wear",
  worn_open: "Open",
  worn_tucked: "Tucked in",
  pick_hint: "Pick a piece to try it on",
  no_person: "Step back so that the mirror sees your shoulders",
  no_person_in_file: "Nobody found here. Choose a picture that shows head and shoulders.",
  server_lost: "The fitting service is out of reach. You see a plain mirror while it tries again.",
  retry_now: "Try now",
  asking_title: "May the mirror see you?",
  asking_body: "Please allow the camera. Your picture is dressed, shown and thrown away. It is never stored.",
  no_camera_title: "No camera found",
  no_camera_body: "Plug one in and try again, or look at the clothes without it.",
  denied_title: "The camera is blocked",
  denied_body: "Allow it by the camera sign in the address bar and try again, or look at the clothes without it.",
  busy_title: "The camera is busy",
  busy_body: "Another program uses it. Close that program and try again, or look at the clothes without it.",
  insecure_title: "The camera needs a secure address",
  insecure_body: "Open this page by https, or look at the clothes without a camera.",
  stopped_title: "The camera stopped",
  stopped_body: "Check its cable and try again, or look at the clothes without it.",
  use_camera: "Use the camera",
  try_camera: "Try the camera again",
  choose_file: "Choose a picture or video",
  use_demo: "Try with the demo shopper",
  snapshot: "Take a picture",
  snapshot_saved: "Saved as {name}",
  unreadable_file: "“{name}” cannot be shown. Choose a JPEG, PNG or WebP picture, or an MP4 or WebM video.",
  demo_missing: "The demo shopper is not here. Choose a picture or video instead.",
  readout_label: "Figures",
  readout_fps: "pictures a second",
  readout_latency: "delay",
  readout_frame: "frame",
  readout_dropped: "dropped",
  readout_connection: "service",
  connection_connecting: "connecting",
  connection_open: "connected",
  connection_lost: "out of reach",
} as const;

/** The name of one sentence. */
export type TextKey = keyof typeof en;

const ko: Readonly<Record<TextKey, string>> = {
  page_title: "거울, 입어 보는 거울",
  glass_label: "거울: 고른 옷을 입은 내 모습",
  rail_label: "옷",
  rail_loading: "옷을 가져오고 있어요",
  rail_empty: "아직 걸린 옷이 없어요. 직원에게 말씀해 주세요.",
  kinds_label: "옷 종류",
  all_kinds: "전체",
  outfits: "코디",
  colours_label: "{name} 색상",
  take_all_off: "모두 벗기",
  take_off: "{name} 벗기",
  worn_label: "입고 있는 옷",
  worn_open: "열기",
  worn_tucked: "넣어 입기",
  pick_hint: "옷을 골라 입어 보세요",
  no_person: "어깨가 보이도록 한 걸음 물러서 주세요",
  no_person_in_file: "사람을 찾지 못했어요. 얼굴과 어깨가 나온 사진을 골라 주세요.",
  server_lost: "피팅 서비스에 연결되지 않아요. 다시 연결하는 동안 보통 거울로 보여 드려요.",
  retry_now: "지금 다시 연결",
  asking_title: "카메라를 허용해 주세요",
  asking_body: "거울이 보려면 카메라가 필요해요. 화면은 옷을 입혀 보여 드린 뒤 바로 버리고, 저장하지 않아요.",
  no_camera_title: "카메라가 없어요",
  no_camera_body: "카메라를 연결하고 다시 시도하거나, 카메라 없이 옷을 입어 보세요.",
  denied_title: "카메라가 막혀 있어요",
  denied_body: "주소창의 카메라 표시에서 허용한 뒤 다시 시도하거나, 카메라 없이 옷을 입어 보세요.",
  busy_title: "카메라를 다른 곳에서 쓰고 있어요",
  busy_body: "카메라를 쓰는 프로그램을 닫고 다시 시도하거나, 카메라 없이 옷을 입어 보세요.",
  insecure_title: "카메라에는 안전한 주소가 필요해요",
  insecure_body: "https 주소로 열거나, 카메라 없이 옷을 입어 보세요.",
  stopped_title: "카메라가 멈췄어요",
  stopped_body: "연결선을 확인하고 다시 시도하거나, 카메라 없이 옷을 입어 보세요.",
  use_camera: "카메라로 보기",
  try_camera: "카메라 다시 시도",
  choose_file: "사진이나 동영상 고르기",
  use_demo: "데모 모델로 입어 보기",
  snapshot: "사진 찍기",
  snapshot_saved: "{name} 파일로 저장했어요",
  unreadable_file: "‘{name}’ 파일은 보여 드릴 수 없어요. JPEG, PNG, WebP 사진이나 MP4, WebM 동영상을 골라 주세요.",
  demo_missing: "데모 모델이 없어요. 사진이나 동영상을 골라 주세요.",
  readout_label: "수치",
  readout_fps: "초당 장면",
  readout_latency: "지연",
  readout_frame: "화면",
  readout_dropped: "버린 장면",
  readout_connection: "서비스",
  connection_connecting: "연결 중",
  connection_open: "연결됨",
  connection_lost: "연결 안 됨",
};

const TEXTS = { en, ko } as const;

export type Language = keyof typeof TEXTS;

/** The language that the address asks for (`?lang=ko`), else the first one of the browser's that we speak. */
export function chooseLanguage(query: string, browserLanguages: readonly string[]): Language {
  const asked = new URLSearchParams(query).get("lang");
  for (const tag of asked === null ? browserLanguages : [asked, ...browserLanguages]) {
    const language = tag.toLowerCase().split("-")[0];
    if (language === "en" || language === "ko") return language;
  }
  return "en";
}

/** The sentence in the language, with its `{names}` filled in. */
export function say(language: Language, key: TextKey, values: Readonly<Record<string, string>> = {}): string {
  return TEXTS[language][key].replace(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole);
}
