import { expect, test } from "vitest";
import { chooseLanguage, say } from "../src/i18n";

test.each([
  ["", ["ko-KR", "en-US"], "ko"],
  ["", ["en-GB", "ko"], "en"],
  ["", ["fr-FR", "ko-KR"], "ko"],
  ["", ["fr-FR"], "en"],
  ["", [], "en"],
  ["?lang=ko", ["en-US"], "ko"],
  ["?lang=EN", ["ko"], "en"],
  ["?lang=de", ["ko"], "ko"],
])("address '%s' with the browser's %j is read in %s", (query, languages, chosen) => {
  expect(chooseLanguage(query, languages)).toBe(chosen);
});

test("a sentence names what it is about, in both languages", () => {
  expect(say("en", "snapshot_saved", { name: "a.jpg" })).toBe("Saved as a.jpg");
  expect(say("ko", "snapshot_saved", { name: "a.jpg" })).toBe("a.jpg 파일로 저장했어요");
});
