// Prints the Khronos validator's report on a GLB, one JSON object. Used by tests/gltf_kit.py, which limits its time:
// the validator ends its own process on JSON that is nested deeply.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const validator = createRequire(import.meta.url)("gltf-validator");
const bytes = new Uint8Array(readFileSync(process.argv[2]));
const report = await validator.validateBytes(bytes, {
  maxIssues: 100,
  externalResourceFunction: () => Promise.reject(new Error("nothing outside the file is read")),
});
console.log(JSON.stringify(report));
